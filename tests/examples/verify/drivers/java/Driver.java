import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;

/** Serves Verify's handler, its clock, tolerance and secrets set by each request. */
public class Driver {
    public static void main(String[] arguments) throws Exception {
        var server = HttpServer.create(new InetSocketAddress("127.0.0.1", Integer.parseInt(System.getenv("PORT"))), 0);
        server.createContext("/hooks/orders", exchange -> {
            var given = Given.by(exchange.getRequestHeaders()::getFirst);
            Verify.clock = given.clock();
            Verify.tolerance = given.tolerance();
            Verify.secrets = given.secrets();
            Verify.orders(exchange);
        });
        server.start();
    }
}
