#!/usr/bin/perl
# The witness's ear and mouth: connections into the lab's network, many of them through one channel to the outside.
# A frame is a number of a connection, a letter and a text: O opens it to "host port", D is data, C closes it.
use strict;
use warnings;
use Errno qw(EAGAIN EINPROGRESS EINTR);
use Fcntl qw(F_GETFL F_SETFL O_NONBLOCK O_RDWR);
use IO::Select;
use Socket;

my $PIECE = 16384;
my %open;       # number => {socket, out, connecting, ended}
my $heard = '';

$SIG{PIPE} = 'IGNORE';
sysopen(my $port, $ARGV[0], O_RDWR) or die "the channel '$ARGV[0]' cannot be opened: $!";

sub utter {
    my ($number, $letter, $text) = @_;
    my $frame = pack('NaN', $number, $letter, length $text) . $text;
    while (length $frame) {
        my $sent = syswrite($port, $frame);
        if (!defined $sent) {
            next if $!{EINTR};
            if ($!{EAGAIN}) { select(undef, undef, undef, 0.01); next; }
            return;     # Nobody is at the other end.
        }
        substr($frame, 0, $sent) = '';
    }
}

sub forget {
    my ($number) = @_;
    my $known = delete $open{$number} or return;
    close $known->{socket};
}

sub begin {
    my ($number, $host, $service) = @_;
    socket(my $socket, PF_INET, SOCK_STREAM, getprotobyname('tcp') || 6) or return utter($number, 'C', "$!");
    fcntl($socket, F_SETFL, fcntl($socket, F_GETFL, 0) | O_NONBLOCK);
    my $address = inet_aton($host) or return utter($number, 'C', "no address: $host");
    if (!connect($socket, pack_sockaddr_in($service, $address)) && !$!{EINPROGRESS}) {
        return utter($number, 'C', "$!");
    }
    $open{$number} = {socket => $socket, out => '', connecting => 1, ended => 0};
}

sub obey {
    my ($number, $letter, $text) = @_;
    if ($letter eq 'O') {
        my ($host, $service) = split / /, $text;
        begin($number, $host, $service);
    } elsif ($open{$number}) {
        if ($letter eq 'D') { $open{$number}{out} .= $text }
        if ($letter eq 'C') { $open{$number}{ended} = 1; forget($number) unless length $open{$number}{out} }
    }
}

sub hear {
    my $count = sysread($port, $heard, 65536, length $heard);
    if (!$count) {
        return if !defined $count && ($!{EINTR} || $!{EAGAIN});
        # Nobody is at the other end: what was begun for them ends.
        forget($_) for keys %open;
        $heard = '';
        select(undef, undef, undef, 0.2);
        return;
    }
    while (length $heard >= 9) {
        my ($number, $letter, $length) = unpack('NaN', $heard);
        last if length $heard < 9 + $length;
        my $text = substr($heard, 9, $length);
        substr($heard, 0, 9 + $length) = '';
        obey($number, $letter, $text);
    }
}

sub write_to {
    my ($number, $known) = @_;
    if ($known->{connecting}) {
        my $error = unpack('i', getsockopt($known->{socket}, SOL_SOCKET, SO_ERROR));
        if ($error) { $! = $error; utter($number, 'C', "$!"); return forget($number) }
        $known->{connecting} = 0;
    }
    return unless length $known->{out};
    my $sent = syswrite($known->{socket}, $known->{out});
    if (!defined $sent) {
        return if $!{EAGAIN} || $!{EINTR};
        utter($number, 'C', "$!");
        return forget($number);
    }
    substr($known->{out}, 0, $sent) = '';
    forget($number) if $known->{ended} && !length $known->{out};
}

sub read_from {
    my ($number, $known) = @_;
    my $count = sysread($known->{socket}, my $text, $PIECE);
    if (!defined $count) {
        return if $!{EAGAIN} || $!{EINTR};
        utter($number, 'C', "$!");
        return forget($number);
    }
    if ($count == 0) { utter($number, 'C', ''); return forget($number) }
    utter($number, 'D', $text);
}

while (1) {
    my $readers = IO::Select->new($port);
    my $writers = IO::Select->new;
    for my $known (values %open) {
        $readers->add($known->{socket}) unless $known->{connecting};
        $writers->add($known->{socket}) if $known->{connecting} || length $known->{out};
    }
    my ($readable, $writable) = IO::Select->select($readers, $writers, undef);
    my %can_read = map { fileno($_) => 1 } @{$readable || []};
    my %can_write = map { fileno($_) => 1 } @{$writable || []};
    for my $number (keys %open) {
        my $known = $open{$number} or next;
        my $handle = fileno $known->{socket};
        write_to($number, $known) if $can_write{$handle};
        read_from($number, $known) if $open{$number} && $can_read{$handle};
    }
    hear() if $can_read{fileno $port};
}
