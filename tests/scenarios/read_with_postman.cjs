// What Postman's library reads of a collection: every saved example with the request that it answers. The arguments are
// the library and the collection.
const { readFileSync } = require('fs');
const { Collection } = require(process.argv[2]);

const collection = new Collection(JSON.parse(readFileSync(process.argv[3])));
const told = [];
collection.forEachItem(item => item.responses.each(response => {
    const asked = response.originalRequest;
    told.push({
        method: asked.method,
        path: asked.url.getPath(),
        query: asked.url.query.all().map(({ key, value }) => [decodeURIComponent(key), decodeURIComponent(value)]),
        body: asked.body ? asked.body.toString() : '',
        status: response.code,
        answer: response.text(),
        headers: response.headers.all().map(({ key, value }) => [key, value])
    });
}));
process.stdout.write(JSON.stringify(told));
