// Asks Postman's own code: [{"url": string or object, "variables": {name: value}}…] on standard input; for each the path
// and the query that it would send. The only argument is the folder node_modules.
const { readFileSync } = require('fs');
const { join } = require('path');
const { Property, Request, Url, VariableList, VariableScope } = require(join(process.argv[2], 'postman-collection'));
const encoder = require(join(process.argv[2], 'postman-url-encoder'));

// variables are filled into the text, which is then parsed anew; path variables are filled in last
function sent ({ url, variables }) {
    const values = Object.entries(variables).map(([key, value]) => ({ key, value }));
    const filled = text => Property.replaceSubstitutions(text, [new VariableScope({ values }).values]);
    const spelled = new Request({ method: 'POST', url }).url;
    const named = spelled.variables.all().map(({ key, value }) => ({ key, value: filled(String(value ?? '')) }));
    spelled.variables = new VariableList(spelled, []);
    const parsed = new Url(filled(spelled.toString()));
    parsed.variables = new VariableList(parsed, named);
    const { pathname, query } = encoder.toNodeUrl(parsed);
    return { path: pathname, query };
}

process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0)).map(sent)));
