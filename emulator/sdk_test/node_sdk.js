// Makes every call of the emulator's API that npm's `@okta/okta-sdk-nodejs` offers, with each kind of
// credential. Prints a line for each call, and how many passed and failed. The emulator is the one at
// OKTA_EMULATOR.
//
// Where the SDK itself is at fault with an answer that Okta is recorded to give, the call is a `fault`
// below. It must end as said there. It counts neither as passed nor as failed.
//
// - createIdentitySourceGroups, getIdentitySourceGroup and updateIdentitySourceGroups give a group
//   without its name: the SDK looks for `profile.profile`, as Okta's specification has it, but Okta
//   sends `profile`.
// - A private key that is no RSA key never reaches Okta: the SDK signs a DPoP proof with each token
//   request, always with RS256.

'use strict';

const { generateKeyPairSync } = require('crypto');
const { Client } = require('@okta/okta-sdk-nodejs');

const EMULATOR = process.env.OKTA_EMULATOR;
const ORG = `${EMULATOR}/orgs/acme`;
const HR = '0oahr000000000000001';
const WIKI = '0oawiki0000000000001';
const ADA = '00uacme0000000000001';
const ENGINEERS = '00gengineering000001';
const SCOPES = [
  'okta.apps.read',
  'okta.groups.read',
  'okta.identitySources.manage',
  'okta.users.read',
];

// Calls the emulator's control API.
async function admin(method, path, body) {
  const options = { method, body: JSON.stringify(body) };
  const answer = await fetch(`${EMULATOR}/_emulator/${path}`, options);
  if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
  return answer.json();
}

const tokenClient = async () => new Client({ orgUrl: ORG, token: '00acme-token' });

// Registers a service app and returns its client.
async function keyClient(dpop, [kind, options]) {
  const { publicKey, privateKey } = generateKeyPairSync(kind, options);
  const jwk = (key) => ({ ...key.export({ format: 'jwk' }), kid: 'k1' });
  const clientId = '0oaservice0000000001';
  const app = { client_id: clientId, jwks: { keys: [jwk(publicKey)] }, scopes: SCOPES, dpop };
  await admin('POST', 'orgs/acme/clients', app);
  return new Client({
    orgUrl: ORG,
    authorizationMode: 'PrivateKey',
    clientId,
    scopes: SCOPES,
    privateKey: JSON.stringify(jwk(privateKey)),
    keyId: 'k1',
  });
}

const RSA = ['rsa', { modulusLength: 2048 }];
const EC = ['ec', { namedCurve: 'P-256' }];

// The calls of one client, and what came of them.
class Calls {
  constructor(credential, client) {
    this.credential = credential;
    this.client = client;
    this.passed = 0;
    this.failed = 0;
  }

  report(problem, name) {
    if (problem) this.failed += 1;
    else this.passed += 1;
    console.log(`node, ${this.credential}: ${name}: ${problem ? `FAILED: ${problem}` : 'ok'}`);
  }

  // Makes a call, of whose data `holds` must be true. A list is read to its last page.
  async call(api, name, parameters, holds = () => true) {
    const { data, problem } = await this.attempt(api, name, parameters, holds);
    this.report(problem, name);
    return data;
  }

  async attempt(api, name, parameters, holds) {
    try {
      let data = await this.client[api][name](parameters);
      if (typeof data?.each === 'function') {
        const rows = [];
        await data.each((row) => {
          rows.push(row);
        });
        data = rows;
      }
      return { data, problem: holds(data) ? null : `unexpected: ${JSON.stringify(data)}` };
    } catch (error) {
      return { problem: String(error) };
    }
  }

  // Makes a call, which Okta must refuse with this error code.
  async refused(code, api, name, parameters) {
    let { problem } = await this.attempt(api, name, parameters, () => false);
    if (problem.includes(` ${code} `)) problem = null;
    this.report(problem, `${name}, refused with ${code}`);
  }

  // Makes a call that ends as `stillHolds` says by a fault of the SDK. A fault that is gone fails, so
  // that its note goes, too.
  async fault(reason, stillHolds, api, name, parameters) {
    const { data, problem } = await this.attempt(api, name, parameters, () => true);
    if (stillHolds(data, problem)) {
      const note = `not counted, the SDK is at fault: ${reason}`;
      console.log(`node, ${this.credential}: ${name}: ${note}`);
    } else {
      this.report(problem || 'the SDK is no longer at fault: mend this program', name);
    }
  }
}

const profile = (name, more) => ({
  userName: `${name}@acme.example`,
  email: `${name}@acme.example`,
  ...more,
});

async function sessions(calls) {
  const call = (...call) => calls.call('identitySourceApi', ...call);
  const source = { identitySourceId: HR };
  await call('listIdentitySourceSessions', source, (found) => found.length === 0);
  const created = await call('createIdentitySourceSession', source, (s) => s.status === 'CREATED');
  const session = { ...source, sessionId: created.id };
  await call('listIdentitySourceSessions', source, ([first]) => first.id === created.id);
  await call('getIdentitySourceSession', session, (got) => got.identitySourceId === HR);
  await uploads(call, session);
  await call('startImportFromIdentitySource', session, (s) => s.status === 'TRIGGERED');
  await calls.refused('E0000001', 'identitySourceApi', 'deleteIdentitySourceSession', session);
  await admin('POST', 'clock', { advance_seconds: 300 });
  await call('getIdentitySourceSession', session, (got) => got.status === 'COMPLETED');
  const { userName } = profile('ada');
  const isAda = (user) => user.profile.userName === userName && user.profile.mobilePhone === null;
  await call('getIdentitySourceUser', { ...source, externalId: 'ada' }, isAda);
  const gone = { ...source, externalId: 'alan' };
  await calls.refused('E0000007', 'identitySourceApi', 'getIdentitySourceUser', gone);
  const next = await call('createIdentitySourceSession', source);
  await call('deleteIdentitySourceSession', { ...source, sessionId: next.id });
  const unknown = { ...source, sessionId: 'nope' };
  await calls.refused('E0000007', 'identitySourceApi', 'getIdentitySourceSession', unknown);
}

async function uploads(call, session) {
  const memberships = [{ groupExternalId: 'g1', memberExternalIds: ['ada', 'alan'] }];
  const user = (name) => ({ externalId: name, profile: profile(name) });
  // The SDK writes the first letter of these two parameters in capitals.
  await call('uploadIdentitySourceDataForUpsert', {
    ...session,
    BulkUpsertRequestBody: { entityType: 'USERS', profiles: [user('ada'), user('alan')] },
  });
  await call('uploadIdentitySourceGroupsForUpsert', {
    ...session,
    bulkGroupUpsertRequestBody: {
      profiles: [{ externalId: 'g1', profile: { displayName: 'G1', description: 'One' } }],
    },
  });
  await call('uploadIdentitySourceGroupMembershipsForUpsert', {
    ...session,
    bulkGroupMembershipsUpsertRequestBody: { memberships },
  });
  await call('uploadIdentitySourceGroupMembershipsForDelete', {
    ...session,
    bulkGroupMembershipsDeleteRequestBody: { memberships },
  });
  await call('uploadIdentitySourceGroupsDataForDelete', {
    ...session,
    bulkGroupDeleteRequestBody: { externalIds: ['g1'] },
  });
  await call('uploadIdentitySourceDataForDelete', {
    ...session,
    BulkDeleteRequestBody: { entityType: 'USERS', profiles: [{ externalId: 'alan' }] },
  });
}

async function sourceUsers(calls) {
  const call = (...call) => calls.call('identitySourceApi', ...call);
  const source = { identitySourceId: HR };
  const user = { ...source, externalId: 'b 1' };
  const body = { userRequestSchema: { externalId: 'b 1', profile: profile('b') } };
  // The specification gives this answer no schema, so the SDK gives no data.
  await call('createIdentitySourceUser', { ...source, ...body });
  const again = { ...source, ...body };
  await calls.refused('E0000001', 'identitySourceApi', 'createIdentitySourceUser', again);
  await call('getIdentitySourceUser', user, (got) => got.externalId === 'b 1');
  const change = { usersUpdateRequestSchema: { profile: profile('b', { firstName: 'B' }) } };
  const isB = (got) => got.profile.firstName === 'B';
  await call('updateIdentitySourceUsers', { ...user, ...change }, isB);
  const isNameless = (got) => got.profile.firstName === null;
  await call('replaceExistingIdentitySourceUser', { ...user, ...body }, isNameless);
  await call('deleteIdentitySourceUser', user);
  await calls.refused('E0000007', 'identitySourceApi', 'deleteIdentitySourceUser', user);
}

async function sourceGroups(calls) {
  const call = (...call) => calls.call('identitySourceApi', ...call);
  const source = { identitySourceId: HR };
  const group = { ...source, groupOrExternalId: 'g2' };
  const body = (displayName) => ({
    groupsRequestSchema: { externalId: 'g2', profile: { displayName } },
  });
  const nameless = (name, parameters) => {
    const reason = 'it looks for the name of the group in profile.profile';
    const still = (got) => got?.externalId === 'g2' && !JSON.stringify(got).includes('displayName');
    return calls.fault(reason, still, 'identitySourceApi', name, parameters);
  };
  await nameless('createIdentitySourceGroups', { ...source, ...body('G2') });
  await nameless('getIdentitySourceGroup', group);
  await nameless('updateIdentitySourceGroups', { ...group, ...body('G3') });
  for (const externalId of ['c', 'd']) {
    const user = { userRequestSchema: { externalId, profile: profile(externalId) } };
    await call('createIdentitySourceUser', { ...source, ...user });
    const membershipRequestSchema = { memberExternalId: externalId };
    await call('createIdentitySourceGroupsMemberships', { ...group, membershipRequestSchema });
  }
  const members = (...ids) => (got) => got.memberExternalIds.join() === ids.join();
  await call('getIdentitySourceGroupMemberships', group, members('c', 'd'));
  await call('getIdentitySourceGroupMemberships', { ...group, limit: 1 }, members('c'));
  await call('deleteIdentitySourceGroupMemberships', { ...group, memberExternalId: 'c' });
  await call('getIdentitySourceGroupMemberships', group, members('d'));
  await call('deleteIdentitySourceGroup', group);
  await calls.refused('E0000007', 'identitySourceApi', 'getIdentitySourceGroup', group);
}

async function users(calls) {
  const call = (...call) => calls.call('userApi', ...call);
  const logins = (...names) => (found) =>
    found.map((user) => user.profile.login.split('@')[0]).join() === names.join();
  const different = (found) => new Set(found.map((user) => user.id)).size === 11;
  await call('listUsers', { limit: 5 }, different);
  await calls.refused('E0000029', 'userApi', 'listUsers', { after: 'x' });
  await call('listUsers', { q: 'ada' }, logins('ada.lovelace', 'Ada.Byron'));
  const search = 'profile.department eq "Research"';
  const sorted = { search, sortBy: 'profile.lastName', sortOrder: 'desc', limit: 2 };
  const found = logins('linus.pauling', 'katherine.johnson', 'mary.jackson');
  await call('listUsers', sorted, found);
  await calls.refused('E0000031', 'userApi', 'listUsers', { search: 'status ne "ACTIVE"' });
  const deprovisioned = { filter: 'status eq "DEPROVISIONED"' };
  await call('listUsers', deprovisioned, logins('former.employee'));
  await calls.refused('E0000053', 'userApi', 'listUsers', { filter: search });
  for (const userId of [ADA, 'ada.lovelace@acme.example']) {
    await call('getUser', { userId }, (user) => user.id === ADA);
  }
  await calls.refused('E0000007', 'userApi', 'getUser', { userId: 'nobody' });
}

async function apps(calls) {
  const call = (...call) => calls.call('applicationApi', ...call);
  const labels = (...names) => (found) => found.map((app) => app.label).join() === names.join();
  const all = labels(
    ...['HR', 'Contractors', 'Wiki', 'Portal', 'Old CRM', 'Office 365', 'Google Workspace'],
    ...['Whiteboard', 'Payroll', 'Timesheet', 'Intranet', 'Newsletter', 'Reports'],
  );
  await call('listApplications', { limit: 2 }, all);
  const sources = { filter: 'name eq "custom_identity_source"' };
  await call('listApplications', sources, labels('HR', 'Contractors'));
  await call('listApplications', { q: 'port' }, labels('Portal'));
  const ofAda = { filter: `user.id eq "${ADA}"` };
  await call('listApplications', ofAda, labels('Wiki', 'Portal'));
  const expand = `user/${ADA}`;
  const embeds = (app) => app._embedded.user.id === ADA;
  await call('listApplications', { ...ofAda, expand }, (found) => found.every(embeds));
  const byLabel = { filter: 'label eq "HR"' };
  await calls.refused('E0000053', 'applicationApi', 'listApplications', byLabel);
  const isSource = (app) => app.signOnMode === null && app.features.includes('PROFILE_MASTERING');
  await call('getApplication', { appId: HR }, isSource);
  const leads = (app) => app.settings.app.url === 'https://wiki.acme.example/';
  await call('getApplication', { appId: WIKI }, leads);
  await call('getApplication', { appId: WIKI, expand }, embeds);
  await calls.refused('E0000007', 'applicationApi', 'getApplication', { appId: 'nope' });
}

async function groups(calls) {
  const call = (...call) => calls.call('groupApi', ...call);
  const names = (...expected) => (found) =>
    found.map((group) => group.profile.name).join() === expected.join();
  await call('listGroups', { limit: 3 }, names('Everyone', 'Engineering', 'Sales', 'Empty'));
  const everyone = 'type eq "BUILT_IN"';
  await call('listGroups', { filter: everyone }, names('Everyone'));
  await call('listGroups', { search: everyone }, names('Everyone'));
  await call('listGroups', { q: 'eng' }, names('Engineering'));
  await call('getGroup', { groupId: ENGINEERS }, (group) => group.id === ENGINEERS);
  await call('listGroupUsers', { groupId: ENGINEERS, limit: 2 }, (found) => found.length === 3);
  await calls.refused('E0000007', 'groupApi', 'getGroup', { groupId: 'nope' });
}

async function otherKeys(calls) {
  const reason = 'it signs DPoP proofs with RS256 alone';
  const still = (_, problem) => problem?.includes('unsupported algorithm');
  await calls.fault(reason, still, 'userApi', 'listUsers', {});
}

async function main() {
  const all = [sessions, sourceUsers, sourceGroups, users, apps, groups];
  const credentials = [
    ['API token', tokenClient, all],
    ['private key', () => keyClient(false, RSA), all],
    ['private key with DPoP', () => keyClient(true, RSA), all],
    ['private key of P-256', () => keyClient(false, EC), [otherKeys]],
  ];
  let passed = 0;
  let failed = 0;
  for (const [credential, client, parts] of credentials) {
    await admin('POST', 'reset', {});
    const calls = new Calls(credential, await client());
    for (const part of parts) {
      await part(calls).catch((error) => calls.report(error, `the rest of ${part.name}`));
    }
    passed += calls.passed;
    failed += calls.failed;
  }
  console.log(`node: ${passed} passed, ${failed} failed`);
  process.exitCode = failed ? 1 : 0;
}

main();
