# Receive HTTP tasks with Perl and Plack (5.20 or newer): `plackup hook.psgi`.
#
# The raw-body trap: decode_json and encode_json do not make anew what was signed, and a decoded string is
# not its bytes. Plack::Request's raw_body gives them, also after `parameters` was asked for.
package Hook;
use strict;
use warnings;
use Digest::SHA qw(hmac_sha256_hex sha256_hex);
use Plack::Request;
use Time::HiRes ();

our @secrets = grep { length } map { $ENV{$_} // '' } qw(HOOK_SECRET HOOK_SECRET_OLD);    # newest first
our $tolerance_ms = 300_000;
our $now_ms = sub { int(Time::HiRes::time() * 1000) };

sub orders {
    my $request = Plack::Request->new(shift);
    return [405, [], []] unless $request->method eq 'POST' && $request->path eq '/hooks/orders';
    return [413, [], []] if ($request->content_length // 0) > 1_000_000;
    my $header = $request->env->{HTTP_X_WEBHOOK_SIGNATURE};    # two lines come joined, and are refused
    my $digest = signed($request->raw_body, $header, \@secrets, $now_ms->(), $tolerance_ms);
    return [401, [], ['refused']] unless defined $digest;
    # A retry is harmless once both keys are unique, in one transaction with the effect:
    #   CREATE TABLE seen (key TEXT PRIMARY KEY)
    #   1. insert "signed " + digest: there already? commit, answer 200: a request sent again, under any GUID
    #   2. insert "guid " + X-Http-Task-Guid, if it came: there already? the same: a retry, signed anew
    #   3. the effect
    # A first attempt may come without a GUID: a key of your own inside the signed body is surer.
    return [200, [], ['done']];
}

# The digest of the signed bytes, or undef: refuse the request with 401. $header is the value of the one
# X-Webhook-Signature line, $now Unix time in milliseconds.
sub signed {
    my ($body, $header, $secrets, $now, $tolerance_ms) = @_;
    return if !defined $header || length $header > 4096;
    my (@times, @macs);
    my $number = 0;
    for my $text (split /,/, $header, -1) {
        $text =~ s/\A +// if $number++;
        my ($name, $value) = $text =~ /\A([!#\$%&'*+\-.^_`|~0-9A-Za-z]+)=([!-+\--~]*)\z/ or return;
        push @times, $value if $name eq 't';
        push @macs, $value if $name eq 'sha256';
    }
    return if @times != 1 || @macs < 1 || @macs > 5;
    return if $times[0] !~ /\A(?:0|[1-9][0-9]{0,14})\z/ || $times[0] > 253402300799999;
    return if grep { !/\A[0-9a-f]{64}\z/ } @macs;
    my $message = "$times[0].$body";
    my $fits = 0;
    for my $secret (@$secrets) {
        my $good = hmac_sha256_hex($message, $secret);
        $fits += equal($good, $_) for @macs;
    }
    return unless $fits;
    my $time_ms = $times[0] * ($times[0] >= 100_000_000_000 ? 1 : 1000);
    return if abs($now - $time_ms) > $tolerance_ms;
    return sha256_hex("http-task\n$message");
}

# Whether two strings of 64 characters are equal, in a time that does not say where they differ.
sub equal { my ($one, $other) = @_; return ($one ^ $other) =~ tr/\0//c ? 0 : 1 }

\&orders;
