import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;

/** Tomcat around the servlet; without arguments each request sets its clock, tolerance and secrets. */
public class Container {
    public static void main(String[] arguments) throws Exception {
        var tomcat = new Tomcat();
        tomcat.setBaseDir("tomcat");
        tomcat.setPort(Integer.parseInt(System.getenv("PORT")));
        tomcat.getConnector();
        var context = tomcat.addContext("", null);
        Tomcat.addServlet(context, "orders", new HookServlet());
        context.addServletMappingDecoded("/hooks/orders", "orders");
        if (arguments.length == 0) addDriver(context);
        tomcat.start();
        tomcat.getServer().await();
    }

    static void addDriver(org.apache.catalina.Context context) {
        Filter filter = (request, response, chain) -> {
            var given = Given.by(((HttpServletRequest) request)::getHeader);
            HookServlet.clock = given.clock();
            HookServlet.tolerance = given.tolerance();
            HookServlet.secrets = given.secrets();
            chain.doFilter(request, response);
        };
        var definition = new FilterDef();
        definition.setFilterName("driver");
        definition.setFilter(filter);
        context.addFilterDef(definition);
        var mapping = new FilterMap();
        mapping.setFilterName("driver");
        mapping.addURLPattern("/*");
        context.addFilterMap(mapping);
    }
}
