package dev.penstock.aio.engine.osgi;

import dev.penstock.aio.ProviderInfo;
import dev.penstock.aio.engine.Instance;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** The shell commands {@code aio:providers}, {@code aio:files}, {@code aio:requests} and {@code aio:stats}. */
@Component(
        service = AioCommands.class,
        property = {
            "osgi.command.scope=aio",
            "osgi.command.function=providers",
            "osgi.command.function=files",
            "osgi.command.function=requests",
            "osgi.command.function=stats"
        })
public final class AioCommands {
    private final List<InstanceView> views = new CopyOnWriteArrayList<>();

    /** For Declarative Services. */
    public AioCommands() {}

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addView(InstanceView view) {
        views.add(view);
    }

    void removeView(InstanceView view) {
        views.remove(view);
    }

    /** Lists the providers of each instance. */
    public String providers() {
        return each((instance, text) -> {
            for (ProviderInfo info : instance.providers()) {
                text.append(String.format(
                        "  %-10s ranking=%d %s %s%s%s%n",
                        info.name(),
                        info.ranking(),
                        info.state().name().toLowerCase(Locale.ROOT),
                        info.capabilities(),
                        info.reason().isEmpty() ? "" : " reason: " + info.reason(),
                        info.remedy().isEmpty() ? "" : " remedy: " + info.remedy()));
            }
        });
    }

    /** Lists the open files of each instance. */
    public String files() {
        return each((instance, text) -> {
            for (Instance.FileReport file : instance.files()) {
                text.append(String.format(
                        "  %s provider=%s pending=%d user=%s%s%s%s%s%n",
                        file.path(),
                        file.provider(),
                        file.pending(),
                        file.user(),
                        file.open() ? "" : " closing",
                        file.poisoned() ? " poisoned" : "",
                        file.move().isEmpty() ? "" : " moving: " + file.move(),
                        file.stays().isEmpty() ? "" : " stays: " + file.stays()));
            }
        });
    }

    /** Lists the requests that are not done, with their age. */
    public String requests() {
        return each((instance, text) -> {
            for (Instance.RequestReport request : instance.requests()) {
                text.append(String.format(
                        "  %s %s offset=%d length=%d %s age=%d ms user=%s%n",
                        request.operation(),
                        request.path(),
                        request.offset(),
                        request.length(),
                        request.state(),
                        request.ageMs(),
                        request.user()));
            }
        });
    }

    /** Lists the counters of each instance. */
    public String stats() {
        return each((instance, text) -> {
            for (Map.Entry<String, Long> counter : instance.stats().entrySet()) {
                text.append(String.format("  %-40s %d%n", counter.getKey(), counter.getValue()));
            }
        });
    }

    private String each(BiConsumer<Instance, StringBuilder> report) {
        StringBuilder text = new StringBuilder();
        for (InstanceView view : views) {
            text.append("instance ").append(view.instance().name()).append(System.lineSeparator());
            report.accept(view.instance(), text);
        }
        return text.toString().stripTrailing();
    }
}
