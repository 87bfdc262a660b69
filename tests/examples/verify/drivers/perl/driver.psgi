# Serve the application, its clock, tolerance and secrets set by each request.
use strict;
use warnings;

my $orders = do './hook.psgi' or die $@ || $!;
sub {
    my $env = shift;
    my $now = $env->{HTTP_VECTOR_NOW};
    $Hook::now_ms = sub { $now };
    $Hook::tolerance_ms = 1000 * $env->{HTTP_VECTOR_TOLERANCE};
    @Hook::secrets = map { pack 'H*', $_ } split /,/, $env->{HTTP_VECTOR_SECRETS};
    return $orders->($env);
};
