// A certified OpenID provider for tests, on a port of this machine. Its login page takes any name; what it tells about
// people comes from PEOPLE (JSON: login → claims). ISSUER, REDIRECT_URIS (comma separated), CLIENT_ID, CLIENT_SECRET and
// JWKS (JSON) say the rest. It prints one line when it listens.
import { Provider } from 'oidc-provider';

const issuer = process.env.ISSUER;
const people = JSON.parse(process.env.PEOPLE || '{}');
const claimsOf = (sub) => ({ name: `${sub} at the provider`, email: `${sub}@example.org`, email_verified: true, ...people[sub], sub });

const provider = new Provider(issuer, {
  clients: [{
    client_id: process.env.CLIENT_ID || 'muniment',
    client_secret: process.env.CLIENT_SECRET || 'secret of the site',
    redirect_uris: process.env.REDIRECT_URIS.split(','),
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'client_secret_basic',
  }],
  jwks: process.env.JWKS ? JSON.parse(process.env.JWKS) : undefined,
  claims: { openid: ['sub', 'groups'], profile: ['name', 'affiliation'], email: ['email', 'email_verified'] },
  cookies: { keys: ['not a secret'] },
  features: { devInteractions: { enabled: true } },
  ttl: { AccessToken: 3600, Grant: 3600, IdToken: 600, Interaction: 600, Session: 3600 },
  findAccount: (_context, sub) => ({ accountId: sub, claims: () => claimsOf(sub) }),
});
provider.listen(Number(new URL(issuer).port), '127.0.0.1', () => console.log(`listening ${issuer}`));
