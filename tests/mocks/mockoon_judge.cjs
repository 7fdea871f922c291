// Asks Mockoon itself: {"paths": [[prefix, endpoint, path]…], "rules": [{rule, request}…]} on standard input; for each
// path its parameters, null (no match) or "error" (Mockoon 9 takes no such route), for each rule true or false.
// The only argument is the folder node_modules.
const { readFileSync } = require('fs');
const { join } = require('path');
const commons = require(join(process.argv[2], '@mockoon/commons'));
const qs = require(join(process.argv[2], 'qs'));
const interpreter = '@mockoon/commons-server/dist/cjs/libs/response-rules-interpreter.js';
const { ResponseRulesInterpreter } = require(join(process.argv[2], interpreter));

function matched ([prefix, endpoint, path]) {
    try {
        const match = commons.pathMatch(commons.preparePath(prefix, endpoint).preparedPath)(path);
        return match ? match.params : null;
    }
    catch {
        return 'error';
    }
}

function parsed (text, type) {
    if (type.includes('json')) {
        return JSON.parse(text);
    }
    return type.includes('form') ? qs.parse(text, { depth: 10 }) : undefined;
}

function held ({ rule, request }) {
    const header = name => (request.headers.find(pair => pair[0].toLowerCase() === name.toLowerCase()) || [])[1];
    const seen = {
        body: parsed(request.body, header('Content-Type') || ''),
        cookies: request.cookies,
        header,
        method: request.method,
        params: request.params,
        query: qs.parse(request.query, { allowPrototypes: true }),
        stringBody: request.body,
        originalRequest: { url: request.query ? `${request.path}?${request.query}` : request.path },
        originalPath: '*'
    };
    const environment = { data: [], headers: [], endpointPrefix: '' };
    return Boolean(new ResponseRulesInterpreter([], seen, null, environment, [], {}, 'MOCKOON_', '').isValid(rule, 1));
}

const asked = JSON.parse(readFileSync(0, 'utf8'));
console.log(JSON.stringify({ paths: asked.paths.map(matched), rules: asked.rules.map(held) }));
