// nock's own way of loading what it has recorded.
const https = require('https');
const path = require('path');
const nock = require('nock');

const STOCK = 'https://stock.example.com/stock/7';

function status() {
  return new Promise((resolve, reject) => {
    https.get(STOCK, (answer) => answer.resume().on('end', () => resolve(answer.statusCode))).on('error', reject);
  });
}

beforeAll(() => {
  nock.back.fixtures = path.join(__dirname, '..', 'mocks');
  nock.back.setMode('lockdown');
});

test('reads what is left', async () => {
  const { nockDone } = await nock.back('stock.json');
  expect(await status()).toBe(200);
  nockDone();
});

test('reads what is left, with a callback', (done) => {
  nock.back('stock.json', {}, async (nockDone) => {
    expect(await status()).toBe(200);
    nockDone();
    done();
  });
});
