var server = WireMockServer.Start();
server.Given(Request.Create().WithPath("/orders/7").UsingGet()).RespondWith(Response.Create().WithStatusCode(200));
