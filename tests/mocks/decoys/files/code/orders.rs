Mock::given(method("GET")).and(path("/orders/7")).respond_with(ResponseTemplate::new(200)).mount(&server).await;
