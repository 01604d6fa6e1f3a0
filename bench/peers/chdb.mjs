// ClickHouse, inside a process (chDB): loads log files into a table, and answers the questions of
// the benchmark.
import { converse, peakBytes, require, seconds, timed } from './conversation.mjs';

const { Session } = require('chdb');

// Granules smaller than usual: a page of 50 events then decompresses fewer records.
const word = 'LowCardinality(String)';
const text = 'String CODEC(ZSTD(1))';
const table = `CREATE TABLE logs.events (
    event_time DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)), event_id ${text}, account ${word},
    region ${word}, service ${word}, action ${word}, principal_kind ${word},
    principal_name ${text}, principal_arn ${text}, principal_account ${text}, access_key ${text},
    session ${text}, issuer ${text}, source_ip ${text}, user_agent ${text}, error_code ${word},
    read_only ${word}, event_type ${word}, event_category ${word},
    resources Array(String) CODEC(ZSTD(1)), record ${text}
) ENGINE = MergeTree ORDER BY event_time SETTINGS index_granularity = 1024`;

const caller = `Tuple(
    type String, principalId String, arn String, accountId String, accessKeyId String,
    userName String, invokedBy String, identityProvider String, onBehalfOf Tuple(userId String),
    sessionContext Tuple(assumedRoot String, attributes Tuple(creationDate String),
        sessionIssuer Tuple(arn String, userName String)))`;

function field(name) {
    return `JSONExtractString(record, '${name}')`;
}

// A function for each field at the top and one for the caller: faster here than one function that
// extracts all of a record.
function load(pattern, threads) {
    return `INSERT INTO logs.events
WITH u.type AS kind, u.sessionContext.sessionIssuer AS issuing, splitByChar('/', u.arn) AS parts,
    kind = 'AWSService' OR (kind = '' AND u.invokedBy != '') AS is_service,
    kind IN ('AssumedRole', 'Role') AS is_role,
    kind IN ('SAMLUser', 'WebIdentityUser') AS is_provided
SELECT parseDateTime64BestEffort(${field('eventTime')}, 3, 'UTC'), ${field('eventID')},
    if(recipient = '', u.accountId, recipient),
    ${field('awsRegion')}, ${field('eventSource')}, ${field('eventName')},
    multiIf(kind = 'Root', if(u.sessionContext.assumedRoot = 'true', 'root_session', 'root'),
        is_service, 'aws_service', is_role, 'role_session',
        kind = 'FederatedUser', 'federated_user',
        kind = 'IAMUser', if(startsWith(u.accessKeyId, 'ASIA')
            OR u.sessionContext.attributes.creationDate != '', 'user_session', 'iam_user'),
        is_provided, 'identity_provider_user',
        kind = 'IdentityCenterUser', 'identity_center_user',
        kind = 'AWSAccount', 'other_account', 'unknown'),
    multiIf(kind = 'Root', 'root', is_service, u.invokedBy,
        is_role, if(issuing.userName = '', parts[2], issuing.userName),
        kind = 'FederatedUser', parts[-1],
        kind = 'IAMUser', if(u.userName = '', parts[-1], u.userName),
        is_provided, u.userName, kind = 'IdentityCenterUser', u.onBehalfOf.userId,
        kind = 'AWSAccount', u.principalId, if(u.userName = '', u.principalId, u.userName)),
    u.arn,
    multiIf(kind = 'AWSService', '', is_provided, recipient, u.accountId), u.accessKeyId,
    multiIf(NOT is_role, '', parts[3] != '', parts[3], splitByChar(':', u.principalId)[2]),
    if(is_provided, u.identityProvider, issuing.arn),
    ${field('sourceIPAddress')}, ${field('userAgent')}, ${field('errorCode')},
    JSONExtractRaw(record, 'readOnly'), ${field('eventType')}, ${field('eventCategory')},
    tupleElement(JSONExtract(record, 'resources', 'Array(Tuple(ARN String))'), 'ARN'), record
FROM (
    SELECT record, ${field('recipientAccountId')} AS recipient,
        JSONExtract(record, 'userIdentity', '${caller}') AS u
    FROM (
        SELECT arrayJoin(Records) AS record
        FROM file('${pattern}', 'JSONEachRow', 'Records Array(String)')
    )
)
SETTINGS max_threads = ${threads}, max_insert_threads = ${threads}`;
}

const questions = {
    newest: 'true',
    account: 'account = {account:String}',
    account_action: 'account = {account:String} AND action = {action:String}',
    address: 'source_ip = {address:String}',
    user_day: `event_time >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
        AND event_time < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
        AND (principal_name = {user:String} OR principal_arn = {user:String}
            OR session = {user:String} OR issuer = {user:String})`,
    resource: 'has(resources, {resource:String})',
    event: 'event_id = {event:String}',
};

let session;
let threads;

function open(request) {
    session = new Session(request.database);
    threads = request.threads;
}

function figures() {
    const row = session.query(`SELECT sum(rows), sum(bytes_on_disk) FROM system.parts
        WHERE active AND database = 'logs' AND table = 'events'`, 'JSONCompactEachRow');
    return JSON.parse(row).map(Number);
}

function loadFiles(request) {
    open(request);
    session.query('CREATE DATABASE logs ENGINE = Atomic');
    session.query(table);
    session.query('SYSTEM STOP MERGES logs.events'); // they would take cores from the load
    const began = process.hrtime.bigint();
    session.query(load(request.pattern, threads));
    const took = seconds(began);
    const [events, bytes] = figures();
    session.close();
    return { seconds: took, events, bytes, peak: peakBytes() };
}

// Its best for reading, which no clock sees: one part, and an index to find ids by.
function prepare() {
    session.query(`ALTER TABLE logs.events
        ADD INDEX ids event_id TYPE bloom_filter(0.01) GRANULARITY 1,
        ADD INDEX addresses source_ip TYPE bloom_filter(0.01) GRANULARITY 1,
        ADD INDEX resources resources TYPE bloom_filter(0.01) GRANULARITY 1`);
    session.query('OPTIMIZE TABLE logs.events FINAL');
    session.query(`ALTER TABLE logs.events
        MATERIALIZE INDEX ids, MATERIALIZE INDEX addresses, MATERIALIZE INDEX resources
        SETTINGS mutations_sync = 1`);
}

function ask(question, parameters, limit, columns = ', record') {
    return session.queryBind(`
        SELECT toUnixTimestamp64Milli(event_time), event_id ${columns} FROM logs.events
        WHERE ${questions[question]} ORDER BY event_time DESC LIMIT ${limit}
        SETTINGS max_threads = ${threads}`, parameters, 'TabSeparated');
}

function rows(answer) {
    return answer.split('\n').filter(Boolean).map((line) => {
        const [time, id] = line.split('\t', 2);
        return [Number(time), id];
    });
}

await converse({
    version: () => {
        const elsewhere = new Session();
        const version = elsewhere.query('SELECT version()', 'TabSeparated').trim();
        elsewhere.close();
        return { version: `ClickHouse ${version}` };
    },
    load: loadFiles,
    open,
    prepare,
    answers: ({ question, all, limit }) => ({
        answers: all.map((parameters) => rows(ask(question, parameters, limit, ''))),
    }),
    time: async ({ question, all, limit }) => ({
        times: await timed(all, (parameters) => ask(question, parameters, limit)),
    }),
});
