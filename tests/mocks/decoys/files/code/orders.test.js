const nock = require('nock')

nock('https://api.shop.example').get('/orders/7').reply(200, { id: 7 })
