// A consumer's tests, as a team that uses Jest and nock writes them.
const https = require('https');
const path = require('path');
const nock = require('nock');

const MOCKS = path.join(__dirname, '..', 'mocks');
const ORDERS = 'https://orders.example.com';

function asked(method, url, body) {
  return new Promise((resolve, reject) => {
    const request = https.request(url, { method, headers: { 'Content-Type': 'application/json' } });
    request.on('response', (answer) => answer.resume().on('end', () => resolve(answer.statusCode)));
    request.on('error', reject);
    request.end(body && JSON.stringify(body));
  });
}

beforeAll(() => nock.disableNetConnect());
afterEach(() => nock.cleanAll());

test('reads an order', async () => {
  nock.load(path.join(MOCKS, 'orders.json'));
  expect(await asked('GET', `${ORDERS}/orders/7?page=1`)).toBe(200);
});

describe('paying', () => {
  test.each([['card', 201], ['invoice', 202]])('by %s', async (by, status) => {
    nock.define(nock.loadDefs(path.join(MOCKS, 'orders.json')));
    expect(await asked('POST', `${ORDERS}/payments`, { by })).toBe(status);
  });

  test('fails', async () => {
    nock.load(path.join(MOCKS, 'orders.json'));
    expect(await asked('POST', `${ORDERS}/payments`, { by: 'card' })).toBe(500);
  });
});

test('has a mock in code', async () => {
  nock(ORDERS).get('/orders/8').query({ token: 'secret' }).reply(200, {});
  nock(ORDERS).get('/orders/9').reply(200, {});
  expect(await asked('GET', `${ORDERS}/orders/8?token=secret`)).toBe(200);
});

test('needs nobody', () => {});
test.skip('is not yet there', () => {});
