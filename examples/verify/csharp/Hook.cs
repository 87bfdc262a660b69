// Receive HTTP tasks with .NET's HttpListener (run here with Mono: `mcs Hook.cs && mono Hook.exe`).
//
// The raw-body trap: a StreamReader decodes: a byte-order mark and what is not UTF-8 are lost; in ASP.NET a
// [FromBody] object is not what was signed. Copy the stream. Headers.GetValues would split at the commas.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

public static class Hook
{
    public static List<byte[]> Secrets = FromEnvironment("HOOK_SECRET", "HOOK_SECRET_OLD"); // newest first
    public static TimeSpan Tolerance = TimeSpan.FromSeconds(300);
    public static Func<DateTimeOffset> Now = () => DateTimeOffset.UtcNow;
    const int Limit = 1000000;

    public static void Main()
    {
        var listener = new HttpListener();
        listener.Prefixes.Add("http://127.0.0.1:" + (Environment.GetEnvironmentVariable("PORT") ?? "8080") + "/hooks/orders/");
        listener.Start();
        while (true)
        {
            var context = listener.GetContext();
            try { context.Response.StatusCode = Orders(context.Request); }
            catch (IOException) { context.Response.StatusCode = 400; } // the body was cut short
            context.Response.Close();
        }
    }

    public static int Orders(HttpListenerRequest request)
    {
        if (request.HttpMethod != "POST") return 405;
        if (request.ContentLength64 > Limit) return 413;
        var copy = new MemoryStream();
        request.InputStream.CopyTo(copy);
        var header = request.Headers["X-Webhook-Signature"]; // where two lines come joined, they are refused
        var digest = Signed(copy.ToArray(), header, Secrets, Now(), Tolerance);
        if (digest == null) return 401;
        // A retry is harmless once both keys are unique, in one transaction with the effect:
        //   CREATE TABLE seen (key TEXT PRIMARY KEY)
        //   1. insert "signed " + digest: there already? commit, answer 200: a request sent again, under any GUID
        //   2. insert "guid " + X-Http-Task-Guid, if it came: there already? the same: a retry, signed anew
        //   3. the effect
        // A first attempt may come without a GUID: a key of your own inside the signed body is surer.
        return 200;
    }

    static readonly Regex Element = new Regex(@"\A([!#$%&'*+\-.^_`|~0-9A-Za-z]+)=([!-+\x2D-~]*)\z");

    /// The digest of the signed bytes, or null: refuse the request with 401. header is the value of the one
    /// X-Webhook-Signature line.
    public static string Signed(byte[] body, string header, List<byte[]> secrets, DateTimeOffset now, TimeSpan tolerance)
    {
        if (header == null || header.Length > 4096) return null;
        var times = new List<string>();
        var macs = new List<string>();
        var texts = header.Split(',');
        for (var i = 0; i < texts.Length; i++)
        {
            var element = Element.Match(i == 0 ? texts[i] : texts[i].TrimStart(' '));
            if (!element.Success) return null;
            if (element.Groups[1].Value == "t") times.Add(element.Groups[2].Value);
            if (element.Groups[1].Value == "sha256") macs.Add(element.Groups[2].Value);
        }
        if (times.Count != 1 || macs.Count < 1 || macs.Count > 5) return null;
        if (!Regex.IsMatch(times[0], @"\A(0|[1-9][0-9]{0,14})\z") || long.Parse(times[0]) > 253402300799999) return null;
        if (!macs.All(mac => Regex.IsMatch(mac, @"\A[0-9a-f]{64}\z"))) return null;
        var message = Encoding.ASCII.GetBytes(times[0] + ".").Concat(body).ToArray();
        var fits = false;
        foreach (var secret in secrets)
        {
            string good;
            using (var hmac = new HMACSHA256(secret)) good = Hex(hmac.ComputeHash(message));
            foreach (var mac in macs) fits |= Same(good, mac);
        }
        if (!fits) return null;
        var at = long.Parse(times[0]) * (long.Parse(times[0]) >= 100000000000 ? 1 : 1000);
        if (Math.Abs(now.ToUnixTimeMilliseconds() - at) > tolerance.TotalMilliseconds) return null;
        using (var sha256 = SHA256.Create())
            return Hex(sha256.ComputeHash(Encoding.ASCII.GetBytes("http-task\n").Concat(message).ToArray()));
    }

    // In constant time, for two texts of 64 characters. .NET Core: CryptographicOperations.FixedTimeEquals.
    static bool Same(string one, string other)
    {
        var difference = 0;
        for (var i = 0; i < 64; i++) difference |= one[i] ^ other[i];
        return difference == 0;
    }

    static string Hex(byte[] bytes)
    {
        return BitConverter.ToString(bytes).Replace("-", "").ToLowerInvariant();
    }

    static List<byte[]> FromEnvironment(params string[] names)
    {
        return names.Select(Environment.GetEnvironmentVariable).Where(value => !string.IsNullOrEmpty(value))
            .Select(Encoding.UTF8.GetBytes).ToList();
    }
}
