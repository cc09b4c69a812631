#!/usr/bin/env perl
# No code knows a resource by its name: what one needs stands in the catalogue. Tests may name some.
#
# Import sessions have a protocol of their own, and okta_fdw_diag() asks for apps, which every administrator
# may read.
use strict;
use warnings;

my %allowed = map { $_ => 1 } qw(
    okta/src/catalog/mod.rs okta/src/import_session.rs src/fdw/functions/mod.rs
    src/fdw/load/mod.rs src/fdw/load/transaction.rs src/fdw/load/wait.rs
);
my $named = qr{"/(?:api|integrations)/|\bSESSIONS\b|"(?:users|apps|groups|identity_sources?|sessions)[."_]|xternalId};
my $failed = 0;
for my $file (split /\n/, qx(git ls-files 'okta/src/*.rs' 'src/*.rs')) {
    next if $allowed{$file} || $file =~ m{/tests(?:\.rs$|/)};
    open my $lines, '<', $file or die "$file: $!";
    while (my $line = <$lines>) {
        last if $line =~ /^#\[cfg\(test\)\]/;
        next if $line =~ m{^\s*//} || $line !~ $named;
        print "$file:$.: names a resource: $line";
        $failed = 1;
    }
}
exit $failed;
