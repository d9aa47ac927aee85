// A real OpenID provider (oidc-provider) for tests: any name signs in, and control routes below /_peer change its keys.
import http from 'node:http';
import { createHmac, randomUUID } from 'node:crypto';
import { pathToFileURL } from 'node:url';

const [modules, port] = process.argv.slice(2);
// Whoever started it reads the first line alone; what the library says afterwards goes nowhere.
process.stdout.on('error', () => {});
const load = (path) => import(pathToFileURL(`${modules}/${path}`).href);
const { Provider } = await load('oidc-provider/lib/index.js');
const jose = await load('jose/dist/webapi/index.js');

const AUDIENCE = 'https://refunds.example/api';
const groups = { alice: ['everybody', 'AR'], lea: ['everybody', 'Refund leads'], bob: ['everybody'] };
const emailOf = (id) => `${id}@example.test`;
const faults = { keys: false };
const logouts = { uri: undefined };

async function makeKey(alg) {
  const { privateKey } = await jose.generateKeyPair(alg, { extractable: true });
  return { ...(await jose.exportJWK(privateKey)), kid: randomUUID(), use: 'sig', alg };
}
let keys = [await makeKey('RS256'), await makeKey('ES256')];
const stranger = await makeKey('RS256');
const publicOf = ({ kty, n, e, crv, x, y, kid, use, alg }) => ({ kty, n, e, crv, x, y, kid, use, alg });

let issuer;
let callback;
function begin() {
  const provider = new Provider(issuer, {
    jwks: { keys },
    clients: [
      {
        client_id: 'contraflow-console', client_secret: 'console-secret', grant_types: ['authorization_code'], response_types: ['code'],
        redirect_uris: ['http://127.0.0.1:3000/sign-in/callback'], post_logout_redirect_uris: ['http://127.0.0.1:3000/sign-in'],
        ...(logouts.uri ? { backchannel_logout_uri: logouts.uri, backchannel_logout_session_required: true } : {}),
      },
      {
        client_id: 'tool', client_secret: 'tool-secret', grant_types: ['authorization_code'], response_types: ['code'],
        redirect_uris: ['http://127.0.0.1:3999/callback'],
      },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], groups: ['groups'], profile: ['name', 'locale', 'zoneinfo'] },
    scopes: ['openid', 'email', 'groups', 'profile'],
    conformIdTokenClaims: false,
    findAccount: async (_, id) => ({ accountId: id, claims: async () => claimsOf(id) }),
    extraTokenClaims: async (_, token) => (token.accountId ? claimsOf(token.accountId) : undefined),
    features: {
      devInteractions: { enabled: true },
      backchannelLogout: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: (_, client) => (client.clientId === 'tool' ? AUDIENCE : undefined),
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({ scope: 'openid', audience: AUDIENCE, accessTokenFormat: 'jwt', accessTokenTTL: 600 }),
      },
    },
    pkce: { required: () => true },
    // Here everything is on this machine, where the library would send nothing.
    fetch: (url, { dispatcher, ...options }) => fetch(url, options),
    cookies: { keys: ['k1'] },
    ttl: { Session: 3600, Interaction: 600, Grant: 3600, IdToken: 600, AuthorizationCode: 60 },
  });
  callback = provider.callback();
}
function claimsOf(id) {
  return {
    sub: id, email: emailOf(id), email_verified: true, groups: groups[id] || [], name: `${id} Example`, locale: 'de', zoneinfo: 'Europe/Berlin',
  };
}

const b64 = (value) => Buffer.from(value).toString('base64url');
// Signs claims with the key of that kind: what the provider itself would never sign, for tests of what is refused.
async function sign({ claims, header = {}, key = 'current', alg = 'RS256' }) {
  const newest = keys.find((one) => one.alg === alg) || keys[0];
  const unsigned = (value) => `${b64(JSON.stringify(value))}.${b64(JSON.stringify(claims))}`;
  if (key === 'none') return `${unsigned({ alg: 'none', ...header })}.`;
  if (key === 'public') {
    // The public key, which everybody knows, as the secret of an HMAC.
    const pem = await jose.exportSPKI(await jose.importJWK(publicOf(newest), alg));
    const signed = unsigned({ alg: 'HS256', kid: newest.kid, ...header });
    return `${signed}.${createHmac('sha256', pem).update(signed).digest('base64url')}`;
  }
  const used = key === 'stranger' ? stranger : newest;
  const name = key === 'stranger' ? { kid: newest.kid, jwk: publicOf(stranger) } : { kid: newest.kid };
  const payload = new TextEncoder().encode(JSON.stringify(claims));
  const signer = new jose.CompactSign(payload).setProtectedHeader({ alg, ...name, ...header });
  return signer.sign(await jose.importJWK(used, alg));
}

async function control(path, body) {
  if (path === '/_peer/sign') return { token: await sign(body) };
  if (path === '/_peer/rotate') {
    const fresh = [await makeKey('RS256'), await makeKey('ES256')];
    keys = body.remove ? fresh : [...fresh, ...keys];
    begin();
    return { keys: keys.map((key) => key.kid) };
  }
  if (path === '/_peer/groups') return Object.assign(groups, body);
  if (path === '/_peer/faults') return Object.assign(faults, body);
  if (path === '/_peer/logouts') {
    logouts.uri = body.uri;
    begin();
    return logouts;
  }
  return { issuer, groups };
}

const server = http.createServer((request, response) => {
  if (request.url.startsWith('/_peer/')) {
    let text = '';
    request.on('data', (part) => { text += part; });
    request.on('end', async () => {
      const answer = await control(request.url, text ? JSON.parse(text) : {});
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(answer));
    });
    return;
  }
  if (faults.keys && (request.url === '/jwks' || request.url.startsWith('/.well-known'))) {
    response.statusCode = 503;
    response.end();
    return;
  }
  callback(request, response);
});
server.listen(+port, '127.0.0.1', () => {
  issuer = `http://127.0.0.1:${server.address().port}`;
  begin();
  console.log(issuer);
});
