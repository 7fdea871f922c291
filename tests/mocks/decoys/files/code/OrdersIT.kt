import org.mockserver.client.MockServerClient

fun order() {
    MockServerClient("localhost", 1080).`when`(request().withPath("/orders/7")).respond(response().withBody("{}"))
}
