package orders

func TestOrder(t *testing.T) {
	httpmock.RegisterResponder("GET", "https://api.shop.example/orders/7", httpmock.NewStringResponder(200, `{}`))
}
