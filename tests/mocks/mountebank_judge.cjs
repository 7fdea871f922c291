// Asks mountebank itself whether predicates hold: a list of {predicate, request} on standard input, a list of
// true, false or null (mountebank threw) on standard output. The only argument is mountebank's src/models/predicates.js.
const { readFileSync } = require('fs');
const { evaluate } = require(process.argv[2]);

const ignore = () => {};
const logger = { debug: ignore, info: ignore, warn: ignore, error: ignore };

function judge ({ predicate, request }) {
    try {
        return Boolean(evaluate(predicate, request, 'utf8', logger, {}));
    }
    catch {
        return null;
    }
}

console.log(JSON.stringify(JSON.parse(readFileSync(0, 'utf8')).map(judge)));
