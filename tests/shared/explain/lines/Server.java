import javax.servlet.http.HttpServletRequest;
import org.eclipse.jetty.servlet.ServletContextHandler;
import org.eclipse.jetty.servlet.ServletHolder;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.support.GenericWebApplicationContext;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerAdapter;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

public class Server {
    @RestController
    public static class Hooks {
        @RequestMapping(value = "/hooks", produces = "application/octet-stream")
        public byte[] hooks(HttpServletRequest request) throws Exception {
            return
                LINE
            ;
        }
    }

    public static void main(String[] arguments) throws Exception {
        var spring = new GenericWebApplicationContext();
        for (var bean : new Class<?>[] {
            Hooks.class, RequestMappingHandlerMapping.class, RequestMappingHandlerAdapter.class
        }) spring.registerBeanDefinition(bean.getName(), new RootBeanDefinition(bean));
        var handler = new ServletContextHandler();
        handler.addServlet(new ServletHolder(new DispatcherServlet(spring)), "/");
        var jetty = new org.eclipse.jetty.server.Server(Integer.parseInt(System.getenv("PORT")));
        jetty.setHandler(handler);
        jetty.start();
    }
}
