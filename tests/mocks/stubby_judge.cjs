// Asks stubby4node itself which of some stubs answers a request: a list of {stubs, request} on standard input, a list of
// positions or null on standard output. The only argument is stubby's src/models/endpoint.js.
const { readFileSync } = require('fs');
const { parse } = require('querystring');
const Endpoint = require(process.argv[2]);

function judge ({ stubs, request }) {
    const seen = { ...request, query: parse(request.query) };
    const position = stubs.findIndex(stub => new Endpoint(stub).matches(seen));
    return position < 0 ? null : position;
}

console.log(JSON.stringify(JSON.parse(readFileSync(0, 'utf8')).map(judge)));
