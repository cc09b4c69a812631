#!/usr/bin/env perl
# Checks who knows whom: the rules at the top, and that no modules of a folder know each other in a circle.
# It reads paths (`use`, `crate::…`, `super::…`) and follows re-exports; it knows no types.
use strict;
use warnings;

# What the files of a folder never name.
my @rules = (
    [ 'okta/src',     qr/\bpgrx\b|\bpg_sys\b/,    'Crate okta knows nothing of PostgreSQL.' ],
    [ 'okta/src',     qr/\bunsafe\b(?!_code)/,    'Crate okta is safe Rust.' ],
    [ 'emulator/src', qr/\bokta::/,               'The emulator must not share a mistake with its client.' ],
    [ 'src/pg',       qr/\bokta::|crate::fdw\b/,  'src/pg knows PostgreSQL alone.' ],
    [ 'src/fdw',      qr/\bunsafe\b/,             'Unsafe code stands in src/pg and the trampolines.',
      qr{^src/fdw/routine/} ],
);

my ($faults, %text) = (0);
chdir "$1/.." or die "$1: $!" if $0 =~ m{^(.*)/};

sub fault { print STDERR @_, "\n"; $faults++ }

# The code of a file, without comments, texts and the module of its tests.
sub code {
    local (@ARGV, $/) = (shift);
    my $code = <>;
    $code =~ s{//[^\n]*}{}g;
    $code =~ s{"(?:[^"\\]|\\.)*"}{""}gs;
    $code =~ s{#\[cfg\(test\)\]\s*mod \w+ \{.*}{}s;
    return $code;
}

# The paths of a `use` tree: `a::{b, c::d}` is `a::b` and `a::c::d`.
sub paths {
    my ($tree) = @_;
    my ($head, $inner) = $tree =~ /^\s*([\w:]*?)(?:::)?\{(.*)\}\s*$/s;
    if (!defined $inner) {
        my ($path) = $tree =~ /([\w:]+)/;
        return defined $path ? ($path) : ();
    }
    my ($depth, $part, @parts) = (0, '');
    for my $char (split //, $inner) {
        $depth += ($char eq '{') - ($char eq '}');
        if ($char eq ',' && !$depth) { push @parts, $part; $part = '' }
        else { $part .= $char }
    }
    return map { my $p = $_; map { $head eq '' ? $_ : "${head}::$_" } paths($p) } @parts, $part;
}

# The modules of a crate by name (`crate::plan::bind`), each with the paths that it uses.
sub modules {
    my ($root) = @_;
    my %uses;
    for my $file (sort grep { index($_, "$root/") == 0 } keys %text) {
        next if $file =~ m{(^|/)tests(/|\.rs$)};
        my $name = $file =~ s{^\Q$root\E/}{}r =~ s{(^|/)(mod|lib|main)?\.rs$|\.rs$}{}r;
        my $module = join '::', 'crate', split m{/}, $name;
        my $code = $text{$file};
        my @found = map { paths($_) } $code =~ /\buse\s+([^;]+);/g;
        $code =~ s/\buse\s+[^;]+;//g;
        push @found, $code =~ /\b((?:crate|super|self)(?:::\w+)+)/g;
        push @{ $uses{$module} }, @found;
    }
    return %uses;
}

# A path as one from the crate's root.
sub absolute {
    my ($module, $path) = @_;
    my @at = split /::/, $module;
    my @steps = split /::/, $path;
    if ($steps[0] eq 'crate') { return $path }
    shift @steps if $steps[0] eq 'self';
    while (@steps && $steps[0] eq 'super') { shift @steps; pop @at }
    return join '::', @at, @steps;
}

sub circles {
    my ($root) = @_;
    my %uses = modules($root);
    my %exports;
    for my $module (keys %uses) {
        for my $path (@{ $uses{$module} }) {
            my $full = absolute($module, $path);
            my ($name) = $full =~ /(\w+)$/;
            $exports{"${module}::$name"} = $full if $full =~ /^\Q$module\E::\w+::\w/;
        }
    }
    my %knows;
    for my $module (keys %uses) {
        for my $path (@{ $uses{$module} }) {
            my $full = absolute($module, $path);
            for (1 .. 3) { $full = $exports{$full} // last }
            my ($folder, @from) = split /::/, $module;
            my (undef, @to) = split /::/, $full;
            while (@from && @to && $from[0] eq $to[0]) { $folder .= '::' . shift @from; shift @to }
            next unless @from && @to;
            my ($one, $other) = ("${folder}::$from[0]", "${folder}::$to[0]");
            next unless grep { $_ eq $other || index($_, "${other}::") == 0 } keys %uses;
            $knows{$one}{$other}{$module} = 1;
        }
    }
    # Who knows nobody that is left is in no circle.
    my $changed = 1;
    while ($changed) {
        $changed = 0;
        for my $one (keys %knows) {
            for my $other (keys %{ $knows{$one} }) {
                next if %{ $knows{$other} // {} };
                delete $knows{$one}{$other};
                $changed = 1;
            }
        }
    }
    # Nor is who is known by nobody.
    do {
        my %known = map { $_ => 1 } map { keys %$_ } values %knows;
        my @gone = grep { !$known{$_} } keys %knows;
        delete @knows{@gone};
        $changed = @gone;
    } while ($changed);
    for my $one (sort keys %knows) {
        for my $other (sort keys %{ $knows{$one} }) {
            fault("$root: in a circle: $one knows $other (in ", join(', ', sort keys %{ $knows{$one}{$other} }), ")");
        }
    }
}

my @roots = qw(okta/src src emulator/src);
$text{$_} = code($_) for split /\n/, qx(git ls-files -co --exclude-standard -- '*.rs');
for my $rule (@rules) {
    my ($folder, $never, $why, $but) = @$rule;
    for my $file (sort grep { index($_, "$folder/") == 0 } keys %text) {
        next if $but && $file =~ $but;
        fault("$file names $&: $why") if $text{$file} =~ $never;
    }
}
circles($_) for @roots;
exit($faults ? 1 : 0);
