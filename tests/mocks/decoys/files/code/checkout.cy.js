describe("checkout", () => {
  it("shows the order", () => {
    cy.intercept("GET", "/orders/7", { statusCode: 200, body: { id: 7 } });
  });
});
