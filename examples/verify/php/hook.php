<?php
// Receive HTTP tasks with PHP 8 alone: `php -S 127.0.0.1:8080 hook.php`, or any server that runs PHP.
//
// The raw-body trap: $_POST is decoded, and json_encode() does not make anew what was signed. php://input
// is the raw body, but for multipart/form-data, where PHP takes it away: enable_post_data_reading=0 in
// php.ini (or .user.ini), if you expect that.
declare(strict_types=1);

/** The digest of the signed bytes, or null: refuse the request with 401. $header is the value of the one
 *  X-Webhook-Signature line, $now Unix time in milliseconds. */
function signed(string $body, ?string $header, array $secrets, int $now, int $toleranceMs): ?string
{
    if ($header === null || strlen($header) > 4096) return null;
    $times = $macs = [];
    foreach (explode(',', $header) as $number => $text) {
        $element = $number > 0 ? ltrim($text, ' ') : $text;
        if (!preg_match('/\A([!#$%&\'*+\-.^_`|~0-9A-Za-z]+)=([!-+\--~]*)\z/', $element, $part)) return null;
        if ($part[1] === 't') $times[] = $part[2];
        if ($part[1] === 'sha256') $macs[] = $part[2];
    }
    if (count($times) !== 1 || count($macs) < 1 || count($macs) > 5) return null;
    if (!preg_match('/\A(0|[1-9][0-9]{0,14})\z/', $times[0]) || (int) $times[0] > 253402300799999) return null;
    foreach ($macs as $mac) if (!preg_match('/\A[0-9a-f]{64}\z/', $mac)) return null;
    $message = "$times[0].$body";
    $fits = false;
    foreach ($secrets as $secret) {
        $good = hash_hmac('sha256', $message, $secret);
        foreach ($macs as $mac) $fits = hash_equals($good, $mac) || $fits;
    }
    if (!$fits) return null;
    $time = (int) $times[0] * ((int) $times[0] >= 100_000_000_000 ? 1 : 1000);
    if (abs($now - $time) > $toleranceMs) return null;
    return hash('sha256', "http-task\n$message");
}

/** Whether the message is new; call it in the transaction that holds the effect. Both keys are unique: the
 *  digest stops a request that is sent again as it was, under any GUID; the GUID stops a retry that was
 *  signed anew. A first attempt may come without a GUID: a key of your own inside the signed body is surer. */
function first_time(PDO $db, string $digest, ?string $guid): bool
{
    $once = $db->prepare('INSERT OR IGNORE INTO seen VALUES (?)');
    $once->execute(["signed $digest"]);
    if ($once->rowCount() === 1 && $guid) $once->execute(["guid $guid"]); // one seen before binds no GUID
    return $once->rowCount() === 1;
}

$headers = array_change_key_case(getallheaders()); // $_SERVER takes X_Webhook_Signature for it too
$body = file_get_contents('php://input', length: 1_000_001);
// A file that includes this one may have set these three.
$secrets ??= array_filter([getenv('HOOK_SECRET'), getenv('HOOK_SECRET_OLD')]); // newest first
$now ??= (int) (microtime(true) * 1000);
$toleranceMs ??= 300_000;
if (strlen($body) > 1_000_000) {
    http_response_code(413);
    exit("too large\n");
}
$digest = signed($body, $headers['x-webhook-signature'] ?? null, $secrets, $now, $toleranceMs);
if ($digest === null) {
    http_response_code(401);
    exit("refused\n");
}
$db = new PDO('sqlite:orders.db');
$db->exec('CREATE TABLE IF NOT EXISTS seen (key TEXT PRIMARY KEY)');
$db->exec('CREATE TABLE IF NOT EXISTS orders (body BLOB)');
$db->beginTransaction(); // both keys and the effect
if (first_time($db, $digest, $headers['x-http-task-guid'] ?? null)) {
    $db->prepare('INSERT INTO orders VALUES (?)')->execute([$body]);
}
$db->commit();
echo "done\n";
