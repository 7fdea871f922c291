module.exports = [
  {
    id: "get-order",
    url: "/orders/:id",
    method: "GET",
    variants: [{ id: "found", type: "json", options: { status: 200, body: { id: 7 } } }],
  },
];
