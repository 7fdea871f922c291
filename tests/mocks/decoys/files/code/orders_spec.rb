describe Orders do
  before { stub_request(:get, "https://api.shop.example/orders/7").to_return(status: 200, body: "{}") }
end
