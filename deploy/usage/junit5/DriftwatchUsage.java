import com.github.tomakehurst.wiremock.common.Json;
import com.github.tomakehurst.wiremock.stubbing.ServeEvent;
import com.github.tomakehurst.wiremock.stubbing.StubMapping;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store.CloseableResource;
import org.junit.jupiter.api.extension.TestWatcher;

/**
 * Notes which JUnit 5 test was answered by which WireMock stub, and writes the record that {@code driftwatch tests
 * import} reads.
 *
 * <p>Register it beside the server; its journal is asked right after each test:
 *
 * <pre>{@code
 * @RegisterExtension
 * static final WireMockExtension server = WireMockExtension.newInstance()...build();
 *
 * @RegisterExtension
 * static final DriftwatchUsage usage = new DriftwatchUsage(server::getAllServeEvents);
 * }</pre>
 *
 * <p>A server elsewhere is asked through its client: {@code new WireMock(host, port)::getServeEvents}. The system
 * properties {@code driftwatch.usage} (the file, by default {@code build/driftwatch-usage.json}; one for each fork of
 * Surefire), {@code driftwatch.suite} and {@code driftwatch.whole} ({@code false} where only a part of the tests runs)
 * are read once. Nothing of a body, a header or a query is written.
 */
public final class DriftwatchUsage implements BeforeAllCallback, AfterTestExecutionCallback, TestWatcher {
  private static final String SCHEMA = "driftwatch.usage/1";

  private final Supplier<List<ServeEvent>> journal;

  public DriftwatchUsage(Supplier<List<ServeEvent>> journal) {
    this.journal = journal;
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    record(context);
  }

  @Override
  public void afterTestExecution(ExtensionContext context) {
    Record record = record(context);
    try {
      for (ServeEvent event : journal.get()) {
        if (event.getWasMatched() && record.isNew(event)) {
          record.touched(name(context), touch(event));
        }
      }
    } catch (RuntimeException gone) { // a journal that is off or gone is no reason for a test to fail
      System.err.println("driftwatch: the journal of WireMock cannot be read: " + gone.getMessage());
    }
  }

  @Override
  public void testSuccessful(ExtensionContext context) {
    record(context).ended(name(context), "passed");
  }

  @Override
  public void testFailed(ExtensionContext context, Throwable cause) {
    record(context).ended(name(context), "failed");
  }

  @Override
  public void testAborted(ExtensionContext context, Throwable cause) {
    record(context).ended(name(context), "skipped");
  }

  @Override
  public void testDisabled(ExtensionContext context, Optional<String> reason) {
    record(context).ended(name(context), "skipped");
  }

  /** All invocations of a parameterised test are one. */
  private static String name(ExtensionContext context) {
    return context.getRequiredTestClass().getName() + "#" + context.getRequiredTestMethod().getName();
  }

  /** A stub's id is new in each run unless its file says one; its name, its method and URL find it as well. */
  private static Map<String, String> touch(ServeEvent event) {
    StubMapping stub = event.getStubMapping();
    Map<String, String> touch = new LinkedHashMap<>();
    touch.put("tool", "wiremock");
    touch.put("mock_id", String.valueOf(stub.getId()));
    if (stub.getName() != null) {
      touch.put("name", stub.getName());
    }
    touch.put("method", event.getRequest().getMethod().getName());
    touch.put("url", withoutQuery(event.getRequest().getUrl()));
    return touch;
  }

  private static String withoutQuery(String url) {
    int end = url.indexOf('?');
    return end < 0 ? url : url.substring(0, end);
  }

  private static Record record(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(Namespace.create(DriftwatchUsage.class))
        .getOrComputeIfAbsent(Record.class, key -> new Record(), Record.class);
  }

  /** What the whole run used; JUnit closes it, and so has it written, once all classes are done. */
  private static final class Record implements CloseableResource {
    private final Path file = Path.of(System.getProperty("driftwatch.usage", "build/driftwatch-usage.json"));
    private final String suite = System.getProperty("driftwatch.suite", "junit");
    private final Map<String, Map<String, Object>> uses = new TreeMap<>();
    private final Set<Object> seen = new HashSet<>();

    synchronized boolean isNew(ServeEvent event) {
      return seen.add(event.getId());
    }

    synchronized void touched(String test, Map<String, String> touch) {
      @SuppressWarnings("unchecked")
      List<Object> touches = (List<Object>) use(test).get("touches");
      if (!touches.contains(touch)) {
        touches.add(touch);
      }
    }

    /** Of several invocations one that failed counts, and one that ran before one that did not. */
    synchronized void ended(String test, String outcome) {
      Object before = use(test).get("outcome");
      List<String> order = List.of("skipped", "passed", "failed");
      if (order.indexOf(outcome) >= order.indexOf(String.valueOf(before))) {
        use(test).put("outcome", outcome);
      }
    }

    private Map<String, Object> use(String test) {
      return uses.computeIfAbsent(
          test,
          name -> {
            Map<String, Object> use = new LinkedHashMap<>();
            use.put("test", name);
            use.put("outcome", "skipped");
            use.put("touches", new ArrayList<>());
            return use;
          });
    }

    @Override
    public synchronized void close() throws IOException {
      Map<String, Object> record = new LinkedHashMap<>();
      record.put("schema", SCHEMA);
      record.put("suite", suite);
      record.put("made_by", "DriftwatchUsage for JUnit 5");
      record.put("finished_at", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
      record.put("is_whole", Boolean.parseBoolean(System.getProperty("driftwatch.whole", "true")));
      record.put("uses", new ArrayList<>(uses.values()));
      Path target = file.toAbsolutePath();
      Files.createDirectories(target.getParent());
      Path draft = Files.createTempFile(target.getParent(), "driftwatch", ".json");
      Files.writeString(draft, Json.write(record));
      Files.move(draft, target, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
