#!/bin/sh
# Makes what lies beside it: certificates that look like those of SNS, with an authority of their
# own, and messages signed with them. The keys are thrown away. Needs openssl and jq.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir issued
: >index.txt
cat >ca.cnf <<'END'
[ca]
default_ca = here
[here]
database = index.txt
new_certs_dir = issued
serial = serial
default_md = sha256
policy = any
copy_extensions = none
unique_subject = no
[any]
commonName = supplied
[req]
distinguished_name = none
[none]
[authority]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[leaf]
basicConstraints = critical,CA:false
keyUsage = critical,digitalSignature,keyEncipherment
extendedKeyUsage = serverAuth,clientAuth
authorityInfoAccess = OCSP;URI:http://ocsp.test.amazontrust.com,caIssuers;URI:http://crt.test.amazontrust.com/test.cer
subjectAltName = ${ENV::NAMES}
END
echo 1000 >serial
always="-startdate 20200101000000Z -enddate 21200101000000Z"

key() { openssl genrsa -out "$1.key" 2048 2>/dev/null; }

# issue NAME ISSUER SUBJECT EXTENSIONS DATES...
issue() {
    name=$1 issuer=$2 subject=$3 extensions=$4
    shift 4
    [ -f "$name.key" ] || key "$name"
    openssl req -new -config ca.cnf -key "$name.key" -subj "/CN=$subject" -out request
    if [ "$issuer" = itself ]; then by="-selfsign -keyfile $name.key"; else by="-cert $issuer.crt -keyfile $issuer.key"; fi
    # shellcheck disable=SC2086 # options
    openssl ca -batch -notext -config ca.cnf $by -extensions "$extensions" "$@" -in request -out "$name.crt" 2>/dev/null
}

export NAMES=DNS:sns.amazonaws.com
# shellcheck disable=SC2086 # options
{
    issue root itself "Test Root" authority $always
    issue intermediate root "Test Authority M01" authority $always
    issue leaf intermediate sns.amazonaws.com leaf $always
    issue self itself sns.amazonaws.com leaf $always
    issue expired intermediate sns.amazonaws.com leaf -startdate 20200101000000Z -enddate 20210101000000Z
    issue future intermediate sns.amazonaws.com leaf -startdate 21000101000000Z -enddate 21200101000000Z
    NAMES=DNS:evil.example issue other intermediate evil.example leaf $always
    NAMES=DNS:*.amazonaws.com issue star intermediate "*.amazonaws.com" leaf $always
    NAMES=DNS:sns-signing.af-south-1.amazonaws.com,DNS:sns.af-south-1.amazonaws.com
    issue regional intermediate sns-signing.af-south-1.amazonaws.com leaf $always
    NAMES=DNS:sns.amazonaws.com
    openssl genrsa -out weak.key 1024 2>/dev/null
    issue weak intermediate sns.amazonaws.com leaf $always
    openssl ecparam -name prime256v1 -genkey -noout -out curve.key
    issue curve intermediate sns.amazonaws.com leaf $always
}
cp root.crt "$here/root.pem"
openssl x509 -in intermediate.crt -outform DER -out "$here/intermediate.cer"
cp leaf.crt "$here/alone.pem"
cp self.crt "$here/self.pem"
for name in leaf expired future other star regional weak curve; do
    cat "$name.crt" intermediate.crt >"$here/$name.pem"
done

notification='["Message","MessageId","Subject","Timestamp","TopicArn","Type"]'
confirmation='["Message","MessageId","SubscribeURL","Timestamp","Token","TopicArn","Type"]'

# sign OUT FIELDS VERSION KEY CERTIFICATE: the message without its signature comes on stdin.
sign() {
    hash=sha1
    [ "$3" = 1 ] || hash=sha256
    cat >message.json
    jq -j --argjson fields "$2" \
        '. as $m | $fields[] | select($m[.] != null) | ., "\n", $m[.], "\n"' message.json >string
    signature=$(openssl dgst "-$hash" -sign "$4.key" string | base64 -w0)
    jq -c --arg version "$3" --arg signature "$signature" --arg url \
        "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-$5.pem" \
        '. + {SignatureVersion: $version, Signature: $signature, SigningCertURL: $url}' \
        message.json >"$here/$1.json"
}

topic=arn:aws:sns:eu-west-1:111122223333:logs
files='{"s3Bucket":"logs","s3ObjectKey":["a/1.json.gz"]}'
at=2026-11-22T08:00:00.000Z
notify() { # SUBJECT MESSAGE
    jq -n --arg subject "$1" --arg message "$2" --arg topic "$topic" --arg at "$at" \
        '{Type: "Notification", MessageId: "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324", TopicArn: $topic,
          Message: $message, Timestamp: $at,
          UnsubscribeURL: "https://sns.eu-west-1.amazonaws.com/?Action=Unsubscribe"}
         + (if $subject == "" then {} else {Subject: $subject} end)'
}
confirm() { # TYPE
    jq -n --arg type "$1" --arg topic "$topic" --arg at "$at" \
        '{Type: $type, MessageId: "165545c9-2a5c-472c-8df2-7ff2be2b3b1b", Token: "2336412f37fb687f",
          TopicArn: $topic, Message: "You have chosen to subscribe.\nConfirm it.",
          SubscribeURL: ("https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn="
                         + $topic + "&Token=2336412f37fb687f"), Timestamp: $at}'
}
notify "" "$files" | sign plain_1 "$notification" 1 leaf leaf
notify "" "$files" | sign plain_2 "$notification" 2 leaf leaf
notify "New files: \"a\" & ä" "line one
line two \\ ä" | sign subject_1 "$notification" 1 leaf leaf
notify "New files: \"a\" & ä" "line one
line two \\ ä" | sign subject_2 "$notification" 2 leaf leaf
notify "" "$files" | sign alone "$notification" 2 leaf alone
for name in self expired future other star weak curve; do
    notify "" "$files" | sign "$name" "$notification" 2 "$name" "$name"
done
confirm SubscriptionConfirmation | sign subscription_1 "$confirmation" 1 leaf leaf
confirm SubscriptionConfirmation | sign subscription_2 "$confirmation" 2 leaf leaf
confirm UnsubscribeConfirmation | sign unsubscription "$confirmation" 2 leaf leaf
