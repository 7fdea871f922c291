import static com.github.tomakehurst.wiremock.client.WireMock.*;

class OrdersTest {
    void order() {
        stubFor(get(urlEqualTo("/orders/7")).willReturn(okJson("{\"id\": 7}")));
    }
}
