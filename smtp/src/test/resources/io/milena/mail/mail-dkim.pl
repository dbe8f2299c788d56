# Usage: perl mail-dkim.pl KEYS MESSAGE. KEYS has a key record in each line, its name and then its text: no DNS is asked.
# Prints a line for each signature: its algorithm, its domain, and what Mail::DKIM says of it.
use strict;
use warnings;
use Mail::DKIM::DNS;
use Mail::DKIM::Verifier;
use Net::DNS::RR;

my ($keys, $message) = @ARGV;
my %record;
open my $lines, '<', $keys or die "$keys: $!";
while (<$lines>) {
	chomp;
	my ($name, $text) = split / /, $_, 2;
	$record{lc $name} = $text;
}

sub answer {
	my ($name) = @_;
	my $text = $record{lc $name};
	return unless defined $text;
	return Net::DNS::RR->new(owner => $name, type => 'TXT', txtdata => [$text =~ /(.{1,255})/g]);
}

{
	no warnings 'redefine';
	*Mail::DKIM::DNS::query = \&answer;
	*Mail::DKIM::DNS::query_async = sub {
		my ($name, $type, %given) = @_;
		my @answer = answer($name);
		return sub { return $given{Callbacks}{Success}->(@answer) };
	};
}

open my $octets, '<:raw', $message or die "$message: $!";
my $verifier = Mail::DKIM::Verifier->new;
{
	local $/;
	$verifier->PRINT(scalar <$octets>);
}
$verifier->CLOSE;
print join(' ', $_->algorithm, $_->domain, $_->result_detail), "\n" for $verifier->signatures;
