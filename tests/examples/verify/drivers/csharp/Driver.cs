// Serve the handler, its clock, tolerance and secrets set by each request.
using System;
using System.Linq;
using System.Net;

public static class Driver
{
    public static void Main()
    {
        var listener = new HttpListener();
        listener.Prefixes.Add("http://127.0.0.1:" + Environment.GetEnvironmentVariable("PORT") + "/hooks/orders/");
        listener.Start();
        while (true)
        {
            var context = listener.GetContext();
            var headers = context.Request.Headers;
            var now = DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(headers["Vector-Now"]));
            Hook.Now = () => now;
            Hook.Tolerance = TimeSpan.FromSeconds(int.Parse(headers["Vector-Tolerance"]));
            Hook.Secrets = headers["Vector-Secrets"].Split(',').Select(Bytes).ToList();
            context.Response.StatusCode = Hook.Orders(context.Request);
            context.Response.Close();
        }
    }

    static byte[] Bytes(string hex)
    {
        return Enumerable.Range(0, hex.Length / 2).Select(i => Convert.ToByte(hex.Substring(2 * i, 2), 16)).ToArray();
    }
}
