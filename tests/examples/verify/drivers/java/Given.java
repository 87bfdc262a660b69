import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** What a request's own headers say of the receiver's clock, tolerance and secrets. */
record Given(Clock clock, Duration tolerance, List<byte[]> secrets) {
    static Given by(UnaryOperator<String> header) {
        var now = Instant.ofEpochMilli(Long.parseLong(header.apply("Vector-Now")));
        return new Given(
            Clock.fixed(now, ZoneOffset.UTC),
            Duration.ofSeconds(Long.parseLong(header.apply("Vector-Tolerance"))),
            Stream.of(header.apply("Vector-Secrets").split(",")).map(HexFormat.of()::parseHex).toList());
    }
}
