import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A consumer's tests, as a team that uses JUnit 5 and WireMock writes them. */
class OrdersTest {
  @RegisterExtension
  static final WireMockExtension server =
      WireMockExtension.newInstance()
          .options(wireMockConfig().dynamicPort().usingFilesUnderDirectory(System.getProperty("mocks")))
          .build();

  @RegisterExtension
  static final DriftwatchUsage usage = new DriftwatchUsage(server::getAllServeEvents);

  private static final HttpClient client = HttpClient.newHttpClient();

  private static int asked(String method, String path, String body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(server.baseUrl() + path))
            .method(method, BodyPublishers.ofString(body))
            .build();
    return client.send(request, BodyHandlers.ofString()).statusCode();
  }

  @Test
  void readsAnOrder() throws Exception {
    assertEquals(200, asked("GET", "/orders/7?token=secret", ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"card", "invoice"})
  void pays(String how) throws Exception {
    assertEquals(how.equals("card") ? 201 : 202, asked("POST", "/payments", "{\"" + how + "\": 1}"));
  }

  @Test
  void readsAndPays() throws Exception {
    asked("GET", "/orders/8", "");
    asked("POST", "/payments", "{\"card\": 1}");
  }

  @Test
  void isHealthy() throws Exception {
    assertEquals(200, asked("GET", "/health", ""), "it is 204: this test fails");
  }

  @Test
  void asksWhatIsNotThere() throws Exception {
    assertEquals(404, asked("GET", "/nothing", ""));
  }

  @Test
  void givesUp() throws Exception {
    asked("GET", "/health", "");
    assumeTrue(false);
  }

  @Test
  @Disabled("not yet")
  void isNotYetThere() {}

  @Test
  void needsNobody() {}
}
