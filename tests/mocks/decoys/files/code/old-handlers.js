const { rest } = require("msw");

module.exports = [rest.get("/orders/7", (req, res, ctx) => res(ctx.status(200), ctx.json({ id: 7 })))];
