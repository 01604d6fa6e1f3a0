#include "tests/support_mutate.h"

#include <string.h>

#include "base/macros.h"

#define ISSUER                                                                                     \
    "{\"type\":\"Role\",\"principalId\":\"AROAEXAMPLE\",\"arn\":\"arn:aws:iam::111122223333:role/" \
    "path/deploy\",\"accountId\":\"111122223333\",\"userName\":\"deploy\"}"
#define ATTRIBUTES "{\"creationDate\":\"2023-07-10T11:42:31Z\",\"mfaAuthenticated\":\"false\"}"
#define WHAT                                                                                       \
    "\"eventTime\":\"2023-07-10T12:25:29Z\",\"eventSource\":\"ram.amazonaws.com\",\"eventName\":"  \
    "\"CreateResourceShare\",\"awsRegion\":\"us-east-1\",\"sourceIPAddress\":\"192.0.2.10\","      \
    "\"userAgent\":\"aws-cli/2.15.0 \\\"x\\\" caf\\u00e9 \xc3\xa9\","
#define REST                                                                                       \
    "\"requestID\":\"55da0d6f-fa5a-47fb-8cc9-e4743d5a53a9\",\"eventID\":"                          \
    "\"6b54e0ad-c23c-4850-b896-7533a3558526\",\"readOnly\":false,\"eventType\":\"AwsApiCall\","    \
    "\"managementEvent\":true,\"recipientAccountId\":\"111122223333\",\"eventCategory\":"          \
    "\"Management\"}"

const char *const realistic_records[REALISTIC_RECORDS] = {
    /* a role's session */
    "{\"eventVersion\":\"1.08\",\"userIdentity\":{\"type\":\"AssumedRole\",\"principalId\":"
    "\"AROAEXAMPLE:run-7\",\"arn\":\"arn:aws:sts::111122223333:assumed-role/deploy/run-7\","
    "\"accountId\":\"111122223333\",\"accessKeyId\":\"ASIAEXAMPLE\",\"sessionContext\":{"
    "\"sessionIssuer\":" ISSUER ",\"webIdFederationData\":{},\"attributes\":" ATTRIBUTES "}}," WHAT
    "\"requestParameters\":{\"name\":\"team\",\"principals\":[\"444455556666\"],\"n\":1.50},"
    "\"responseElements\":{\"resourceShare\":{\"resourceShareArn\":\"arn:aws:ram:us-east-1:"
    "111122223333:resource-share\\/1\",\"name\":\"team\"},\"associations\":[{\"associatedEntity\":"
    "\"arn:aws:ec2:us-east-1:111122223333:subnet/subnet-1\"},[\"x\"]]}," REST,
    /* a role through a service, with an error and resources */
    "{\"eventVersion\":\"1.09\",\"userIdentity\":{\"type\":\"AssumedRole\",\"principalId\":"
    "\"AROAEXAMPLE:s\",\"arn\":\"arn:aws:sts::111122223333:assumed-role/deploy\",\"sessionContext\""
    ":{\"sessionIssuer\":{},\"attributes\":{}},\"invokedBy\":\"athena.amazonaws.com\"}," WHAT
    "\"errorCode\":\"AccessDenied\",\"errorMessage\":\"no\\n\\ud83d\\ude00\",\"resources\":[{"
    "\"accountId\":\"111122223333\",\"type\":\"AWS::S3::Bucket\",\"ARN\":\"arn:aws:s3:::team\"},"
    "{\"type\":\"AWS::S3::Object\",\"ARNPrefix\":\"arn:aws:s3:::team/\"},{}]," REST,
    /* users: with a session, with a key, federated */
    "{\"eventVersion\":\"1.08\",\"userIdentity\":{\"type\":\"IAMUser\",\"principalId\":"
    "\"AIDAEXAMPLE\",\"arn\":\"arn:aws:iam::111122223333:user/path/alice\",\"accountId\":"
    "\"111122223333\",\"accessKeyId\":\"AKIAEXAMPLE\",\"userName\":\"alice\",\"sessionContext\":{"
    "\"attributes\":" ATTRIBUTES "}}," WHAT REST,
    "{\"eventVersion\":\"1.05\",\"userIdentity\":{\"type\":\"IAMUser\",\"arn\":"
    "\"arn:aws:iam::111122223333:user/alice\",\"accountId\":111122223333,\"accessKeyId\":"
    "\"AKIAEXAMPLE\"}," WHAT "\"apiVersion\":null," REST,
    "{\"eventVersion\":\"1.08\",\"userIdentity\":{\"type\":\"FederatedUser\",\"principalId\":"
    "\"111122223333:carol\",\"arn\":\"arn:aws:sts::111122223333:federated-user/carol\","
    "\"accountId\":\"111122223333\",\"sessionContext\":{\"sessionIssuer\":" ISSUER "}}," WHAT REST,
    /* root, and root assumed */
    "{\"eventVersion\":\"1.08\",\"userIdentity\":{\"type\":\"Root\",\"principalId\":"
    "\"111122223333\",\"arn\":\"arn:aws:iam::111122223333:root\",\"accountId\":\"111122223333\"},"
    "\"additionalEventData\":{\"MFAUsed\":\"No\"},\"responseElements\":{\"ConsoleLogin\":"
    "\"Failure\"}," WHAT REST,
    "{\"eventVersion\":\"1.11\",\"userIdentity\":{\"type\":\"Root\",\"accountId\":\"111122223333\","
    "\"sessionContext\":{\"sessionIssuer\":{},\"assumedRoot\":\"true\"}}," WHAT REST,
    /* services */
    "{\"eventVersion\":\"1.08\",\"userIdentity\":{\"type\":\"AWSService\",\"invokedBy\":"
    "\"ec2.amazonaws.com\"}," WHAT REST,
    "{\"eventVersion\":\"1.05\",\"userIdentity\":{\"accountId\":\"111122223333\",\"invokedBy\":"
    "\"AWS Internal\"}," WHAT "\"serviceEventDetails\":{\"keyId\":\"k\"}," REST,
    /* users of providers, of IAM Identity Center, of other accounts */
    "{\"eventVersion\":\"1.08\",\"userIdentity\":{\"type\":\"SAMLUser\",\"principalId\":\"q:dave\","
    "\"userName\":\"dave\",\"identityProvider\":\"q\"},\"recipientAccountID\":"
    "\"999999999999\"," WHAT "\"readOnly\":\"true\"}",
    "{\"eventVersion\":\"1.08\",\"userIdentity\":{\"type\":\"IdentityCenterUser\",\"accountId\":"
    "\"111122223333\",\"onBehalfOf\":{\"userId\":\"544894e8\",\"identityStoreArn\":\"arn\"},"
    "\"credentialId\":\"c\"}," WHAT REST,
    "{\"eventVersion\":\"1.08\",\"userIdentity\":{\"type\":\"AWSAccount\",\"principalId\":\"\","
    "\"accountId\":\"ANONYMOUS_PRINCIPAL\"}," WHAT REST,
    /* no identity at all */
    "{\"eventVersion\":\"1.07\",\"eventTime\":\"2023-07-10 12:25:29.123\",\"insightDetails\":{"
    "\"state\":\"Start\",\"eventSource\":\"ssm.amazonaws.com\",\"eventName\":\"PutParameter\","
    "\"insightContext\":{\"statistics\":{\"baseline\":{\"average\":1.2e-3}}}},\"eventCategory\":"
    "\"Insight\"}",
    /* sorted, with blanks, names with escapes, names twice */
    "{ \"@timestamp\" : \"2023-07-10T12:25:29Z\" ,\n\t\"event\\u004eame\" : \"A\" , \"eventName\""
    ":\"B\",\"resources\":[{\"arn\":\"arn:aws:sns:r:a:t\"}], \"userIdentity\" : "
    "{\"type\":\"Root\"},"
    "\"userIdentity\":{\"userName\":\"u\"} , \"x\":[[],{\"y\":[true,false,null,-0,1E5]}] }",
};

/* Put in anywhere: mostly no JSON any more. */
static const char *const words[] = {
    "null", "{}", "[",      "]",     "}",       "\"",      "\\",
    ",",    ":",  "-0.5e3", " \r\n", "\\u0000", "\\ud83d", "\xe2\x82",
};

/* Put in as an object's first member: mostly a record still. */
static const char *const members[] = {
    "\"eventTime\":null,",
    "\"eventTime\":\"\",",
    "\"eventVersion\":\"2.1\",",
    "\"eventVersion\":1,",
    "\"eventSource\":\"aws:s3\",",
    "\"userIdentity\":{\"type\":\"Root\"},",
    "\"userIdentity\":7,",
    "\"type\":3,",
    "\"type\":\"\\u0052oot\",",
    "\"sessionContext\":{},",
    "\"sessionIssuer\":\"\",",
    "\"attributes\":{\"a\":1},",
    "\"attributes\":[1],",
    "\"assumedRoot\":true,",
    "\"accountId\":-0,",
    "\"accountId\":\"\\/\",",
    "\"arn\":\"a/\",",
    "\"ARN\":\":\",",
    "\"ARN\":\"x:y/z\",",
    "\"resources\":[[],{},1],",
    "\"resources\":{},",
    "\"recipientAccountId\":1e2,",
    "\"recipientAccountId\" : false,",
    "\"readOnly\":\"tru\\u0065\",",
    "\"readOnly\":false,",
    "\"readOnly\":1,",
    "\"invokedBy\":\"x\",",
    "\"invokedB\\u0079\":\"y\",",
    "\"onBehalfOf\":null,",
    "\"insightDetails\":{\"eventName\":\"e\"},",
    "\"requestParameters\":{\"ResourceShareArn\":\"a\"},",
    "\"serviceEventDetails\":{\"a\":[{\"roleArn\":\"r\",\"bucketName\":[\"b\",7,[\"c\"]]}]},",
    "\"eventCategory\":\"Data\",",
    "\"permission\":{\"arn\":\"p\"},",
    "\"bucketName\":\"b\",",
    "\"resourceArns\":[\"arn:aws:s3:::b/k\",{\"resourceArns\":\"arn:aws:s3:::b\"}],",
};

/* xorshift64: Marsaglia, "Xorshift RNGs", 2003. */
static uint64_t random_next(struct random *random) {
    random->state ^= random->state << 13;
    random->state ^= random->state >> 7;
    random->state ^= random->state << 17;
    return random->state;
}

size_t random_below(struct random *random, size_t below) {
    return (size_t)(random_next(random) >> 16) % below;
}

static struct span random_record(struct random *random) {
    return span_of(realistic_records[random_below(random, REALISTIC_RECORDS)]);
}

/* A piece of up to 40 bytes. */
static struct span random_piece(struct random *random, struct span text) {
    size_t begin = random_below(random, text.length);
    size_t length = 1 + random_below(random, 40);
    struct span rest = span_skip(text, begin);

    return (struct span){rest.data, length < rest.length ? length : rest.length};
}

/* Replaces `length` bytes at `place` by `piece`, which lies elsewhere. */
static void splice(struct buffer *text, size_t place, size_t length, struct span piece) {
    struct buffer changed;
    struct span old = buffer_span(text);

    buffer_init(&changed, 0);
    buffer_append(&changed, (struct span){old.data, place});
    buffer_append(&changed, piece);
    buffer_append(&changed, span_skip(old, place + length));
    buffer_clear(text);
    *text = changed;
}

static void add_member(struct random *random, struct buffer *text, size_t place) {
    struct span rest = span_skip(buffer_span(text), place);
    const char *brace = memchr(rest.data, '{', rest.length);

    if (brace != NULL)
        splice(text, (size_t)(brace - text->data) + 1, 0,
               span_of(members[random_below(random, ARRAY_LENGTH(members))]));
}

static void mutate_once(struct random *random, struct buffer *text) {
    struct span piece = random_piece(random, buffer_span(text));
    size_t place = (size_t)(piece.data - text->data);

    switch (random_below(random, 8)) {
    case 0:
        text->data[place] = (char)(text->data[place] ^ (1 << random_below(random, 8)));
        break;
    case 1:
        splice(text, place, piece.length, SPAN(""));
        break;
    case 2:
        splice(text, place, 0, random_piece(random, random_record(random)));
        break;
    case 3:
        splice(text, place, piece.length, random_piece(random, random_record(random)));
        break;
    case 4:
        splice(text, place, 0, span_of(words[random_below(random, ARRAY_LENGTH(words))]));
        break;
    default:
        add_member(random, text, place);
        break;
    }
}

void mutate_record(struct random *random, struct buffer *out) {
    size_t changes = random_below(random, 5);

    buffer_clear(out);
    buffer_init(out, 0);
    buffer_append(out, random_record(random));
    for (size_t i = 0; i < changes && out->length > 0; i++)
        mutate_once(random, out);
}
