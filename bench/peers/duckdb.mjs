// DuckDB: loads log files into a table, and answers the questions of the benchmark.
import { statSync } from 'node:fs';
import { converse, peakBytes, require, seconds, timed } from './conversation.mjs';

const { DuckDBInstance, version } = require('@duckdb/node-api');

const issuer = { arn: 'VARCHAR', userName: 'VARCHAR' };
const picked = JSON.stringify({
    eventTime: 'VARCHAR', eventID: 'VARCHAR', recipientAccountId: 'VARCHAR', awsRegion: 'VARCHAR',
    eventSource: 'VARCHAR', eventName: 'VARCHAR', sourceIPAddress: 'VARCHAR', userAgent: 'VARCHAR',
    errorCode: 'VARCHAR', readOnly: 'BOOLEAN', eventType: 'VARCHAR', eventCategory: 'VARCHAR',
    resources: [{ ARN: 'VARCHAR' }],
    userIdentity: {
        type: 'VARCHAR', principalId: 'VARCHAR', arn: 'VARCHAR', accountId: 'VARCHAR',
        accessKeyId: 'VARCHAR', userName: 'VARCHAR', invokedBy: 'VARCHAR',
        identityProvider: 'VARCHAR', onBehalfOf: { userId: 'VARCHAR' },
        sessionContext: { assumedRoot: 'VARCHAR', attributes: 'JSON', sessionIssuer: issuer },
    },
});

const table = `CREATE TABLE events (
    event_time TIMESTAMP, event_id VARCHAR, account VARCHAR, region VARCHAR, service VARCHAR,
    "action" VARCHAR, principal_kind VARCHAR, principal_name VARCHAR, principal_arn VARCHAR,
    principal_account VARCHAR, access_key VARCHAR, session VARCHAR, issuer VARCHAR,
    source_ip VARCHAR, user_agent VARCHAR, error_code VARCHAR, read_only BOOLEAN,
    event_type VARCHAR, event_category VARCHAR, resources VARCHAR[],
    record VARCHAR USING COMPRESSION zstd)`;

// One parse of each record (from_json); the rest works on its fields.
function load(pattern) {
    return `INSERT INTO events
WITH records AS (
    SELECT unnest(Records) AS record
    FROM read_json('${pattern}', columns = {Records: 'JSON[]'}, format = 'newline_delimited')
), fields AS (
    SELECT record, from_json(record, '${picked}') AS e FROM records
), callers AS (
    SELECT record, e, e.userIdentity AS u, e.userIdentity."type" AS kind,
        e.userIdentity.sessionContext.sessionIssuer AS issuer,
        string_split(e.userIdentity.arn, '/') AS parts
    FROM fields
)
SELECT CAST(e.eventTime AS TIMESTAMP), e.eventID, coalesce(e.recipientAccountId, u.accountId),
    e.awsRegion, e.eventSource, e.eventName,
    CASE WHEN kind = 'Root' THEN
            CASE WHEN u.sessionContext.assumedRoot = 'true' THEN 'root_session' ELSE 'root' END
        WHEN kind = 'AWSService' OR (kind IS NULL AND u.invokedBy IS NOT NULL) THEN 'aws_service'
        WHEN kind IN ('AssumedRole', 'Role') THEN 'role_session'
        WHEN kind = 'FederatedUser' THEN 'federated_user'
        WHEN kind = 'IAMUser' THEN
            CASE WHEN u.accessKeyId LIKE 'ASIA%' OR u.sessionContext.attributes IS NOT NULL
                THEN 'user_session' ELSE 'iam_user' END
        WHEN kind IN ('SAMLUser', 'WebIdentityUser') THEN 'identity_provider_user'
        WHEN kind = 'IdentityCenterUser' THEN 'identity_center_user'
        WHEN kind = 'AWSAccount' THEN 'other_account'
        ELSE 'unknown' END,
    CASE WHEN kind = 'Root' THEN 'root'
        WHEN kind = 'AWSService' OR (kind IS NULL AND u.invokedBy IS NOT NULL) THEN u.invokedBy
        WHEN kind IN ('AssumedRole', 'Role') THEN coalesce(issuer.userName, parts[2])
        WHEN kind = 'FederatedUser' THEN parts[-1]
        WHEN kind = 'IAMUser' THEN coalesce(u.userName, parts[-1])
        WHEN kind IN ('SAMLUser', 'WebIdentityUser') THEN u.userName
        WHEN kind = 'IdentityCenterUser' THEN u.onBehalfOf.userId
        WHEN kind = 'AWSAccount' THEN u.principalId
        ELSE coalesce(u.userName, u.principalId) END,
    u.arn,
    CASE WHEN kind = 'AWSService' THEN NULL
        WHEN kind IN ('SAMLUser', 'WebIdentityUser') THEN e.recipientAccountId
        ELSE u.accountId END,
    u.accessKeyId,
    CASE WHEN kind IN ('AssumedRole', 'Role')
        THEN coalesce(parts[3], string_split(u.principalId, ':')[2]) END,
    CASE WHEN kind IN ('SAMLUser', 'WebIdentityUser') THEN u.identityProvider ELSE issuer.arn END,
    e.sourceIPAddress, e.userAgent, e.errorCode, e.readOnly, e.eventType, e.eventCategory,
    list_transform(e.resources, lambda r: r.ARN), record
FROM callers`;
}

// A lookup that sorts or stops at a limit would not use the index on the ids.
const newest = (where) => (limit) => `WHERE ${where} ORDER BY event_time DESC LIMIT ${limit}`;
const questions = {
    newest: newest('true'),
    account: newest('account = $account'),
    account_action: newest('account = $account AND "action" = $action'),
    address: newest('source_ip = $address'),
    user_day: newest(`event_time >= make_timestamp_ms($from) AND event_time < make_timestamp_ms($to)
        AND (principal_name = $user OR principal_arn = $user OR session = $user OR issuer = $user)`),
    resource: newest('list_contains(resources, $resource)'),
    event: () => 'WHERE event_id = $event',
};

let connection;
let path;

// Small row groups: a quarter of the default leaves work for each thread at the end of a load, and
// gives finer zone maps to read by.
async function open({ database, threads }) {
    const instance = await DuckDBInstance.create(':memory:', { threads: String(threads) });
    path = `${database}/events.duckdb`;
    connection = await instance.connect();
    await connection.run(
        `ATTACH '${path}' AS logs (STORAGE_VERSION 'latest', ROW_GROUP_SIZE 30720)`);
    await connection.run('USE logs');
    await connection.run(`SET temp_directory = '${database}/temporary'`);
    await connection.run('SET preserve_insertion_order = false');
}

async function loadFiles(request) {
    await open(request);
    await connection.run(table);
    const began = process.hrtime.bigint();
    await connection.run(load(request.pattern));
    await connection.run('CHECKPOINT');
    const took = seconds(began);
    const rows = (await connection.runAndReadAll('SELECT count(*) FROM events')).getRows();
    return {
        seconds: took, events: Number(rows[0][0]), peak: peakBytes(), bytes: statSync(path).size,
    };
}

// Its best for reading, which no clock sees: sorted by time, an index on the ids.
async function prepare() {
    await connection.run('ALTER TABLE events RENAME TO unsorted');
    await connection.run(table);
    await connection.run('INSERT INTO events SELECT * FROM unsorted ORDER BY event_time');
    await connection.run('DROP TABLE unsorted');
    await connection.run('CREATE INDEX ids ON events (event_id)');
    await connection.run('CHECKPOINT');
}

// Values stand in the text: of prepared statements, DuckDB uses neither the index nor the zone maps.
function literal(value) {
    return typeof value === 'number' ? String(value) : `'${value.replaceAll("'", "''")}'`;
}

async function ask(question, parameters, limit, columns = ', record') {
    const where = questions[question](limit);
    const answer = await connection.runAndReadAll(`
        SELECT epoch_ms(event_time), event_id ${columns} FROM events
        ${where.replace(/\$(\w+)/g, (_, name) => literal(parameters[name]))}`);
    return answer.getRows();
}

await converse({
    version: () => ({ version: `DuckDB ${version()}` }),
    load: loadFiles,
    open,
    prepare,
    answers: async ({ question, all, limit }) => {
        const answers = [];
        for (const parameters of all) {
            const rows = await ask(question, parameters, limit, '');
            answers.push(rows.map(([time, id]) => [Number(time), id]));
        }
        return { answers };
    },
    time: async ({ question, all, limit }) => ({
        times: await timed(all, (parameters) => ask(question, parameters, limit)),
    }),
});
