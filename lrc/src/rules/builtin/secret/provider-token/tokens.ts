import { entropyOf, isPlaceholder } from "../../../text/index.ts";

/** A token and where in its line it stands, from 0. */
export interface FoundToken {
  readonly index: number;
  readonly service: string;
  readonly token: string;
}

/** How the tokens of a service look. All repetitions are bounded: the scan is linear whatever stands in the line. */
const tokens: readonly (readonly [service: string, shape: string])[] = [
  ["AWS", "(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])"],
  ["GitHub", "gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}"],
  ["GitLab", "gl(?:pat|ptt|dt|rt|cbt|oas|soat|ft)-[A-Za-z0-9_-]{20,64}"],
  ["Slack", "xox[abeoprs]-[A-Za-z0-9-]{10,250}|xapp-[0-9]-[A-Z0-9]{8,20}-[0-9]{8,20}-[a-f0-9]{32,80}"],
  ["Slack (webhook)", "hooks\\.slack\\.com/services/T[A-Z0-9]{6,12}/B[A-Z0-9]{6,12}/[A-Za-z0-9]{20,30}"],
  ["Discord (webhook)", "discord(?:app)?\\.com/api/webhooks/[0-9]{16,20}/[A-Za-z0-9_-]{60,75}"],
  ["Stripe", "[sr]k_(?:live|test)_[A-Za-z0-9]{16,120}|whsec_[A-Za-z0-9+/]{32,64}"],
  ["Google", "AIza[A-Za-z0-9_-]{35}|GOCSPX-[A-Za-z0-9_-]{28}|ya29\\.[A-Za-z0-9_-]{30,300}"],
  ["OpenAI", "sk-(?:proj-|svcacct-|admin-)?[A-Za-z0-9_-]{20,120}T3BlbkFJ[A-Za-z0-9_-]{20,120}"],
  ["Anthropic", "sk-ant-[a-z0-9]{3,8}-[A-Za-z0-9_-]{80,120}"],
  ["OpenRouter", "sk-or-v1-[a-f0-9]{64}"],
  ["Hugging Face", "hf_[A-Za-z0-9]{34,40}"],
  ["npm", "npm_[A-Za-z0-9]{36}"],
  ["PyPI", "pypi-AgE[A-Za-z0-9_-]{50,250}"],
  ["RubyGems", "rubygems_[a-f0-9]{48}"],
  ["SendGrid", "SG\\.[A-Za-z0-9_-]{22}\\.[A-Za-z0-9_-]{43}"],
  ["Mailgun", "key-[0-9a-f]{32}(?![0-9a-f])"],
  ["Mailchimp", "[0-9a-f]{32}-us[0-9]{1,2}(?![0-9a-z])"],
  ["Twilio", "SK[0-9a-f]{32}(?![0-9a-f])"],
  ["Telegram", "[0-9]{8,10}:AA[A-Za-z0-9_-]{33}(?![A-Za-z0-9_-])"],
  ["Shopify", "shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}"],
  ["DigitalOcean", "do[opr]_v1_[a-f0-9]{64}"],
  ["Databricks", "dapi[a-f0-9]{32}(?![0-9a-f])"],
  ["Linear", "lin_(?:api|oauth)_[A-Za-z0-9]{32,64}"],
  ["Square", "sq0(?:atp|csp)-[A-Za-z0-9_-]{22,43}"],
  ["HashiCorp Vault", "hv[sb]\\.[A-Za-z0-9_-]{24,300}"],
  ["Terraform Cloud", "[A-Za-z0-9]{14}\\.atlasv1\\.[A-Za-z0-9_-]{60,70}"],
  ["Postman", "PMAK-[a-f0-9]{24}-[a-f0-9]{34}"],
  ["New Relic", "NRAK-[A-Z0-9]{27}"],
  ["Grafana", "glsa_[A-Za-z0-9]{32}_[a-f0-9]{8}"],
  ["Azure Storage", "AccountKey=[A-Za-z0-9+/]{86}=="],
  ["Doppler", "dp\\.pt\\.[A-Za-z0-9]{43}"],
  ["Dynatrace", "dt0c01\\.[A-Z0-9]{24}\\.[A-Z0-9]{64}"],
  ["PlanetScale", "pscale_(?:tkn|pw|oauth)_[A-Za-z0-9_.-]{32,64}"],
  ["Supabase", "sbp_[a-f0-9]{40}"],
  ["Sentry", "sntry[su]_[A-Za-z0-9+/=_-]{40,200}"],
  ["Docker Hub", "dckr_pat_[A-Za-z0-9_-]{27}"],
  ["Atlassian", "ATATT3[A-Za-z0-9_=-]{100,250}"],
  ["Fly.io", "fo1_[A-Za-z0-9_-]{43}"],
  ["age", "AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}"],
  ["a JSON web token", "eyJ[A-Za-z0-9_-]{15,1000}\\.eyJ[A-Za-z0-9_-]{15,2000}\\.[A-Za-z0-9_-]{20,1000}"],
];

const any = new RegExp(`(?<![A-Za-z0-9_])(?:${tokens.map(([, shape]) => `(${shape})`).join("|")})`, "g");

/** Everything in a text that is shaped like a token, examples included: for who must not pass one on. */
export function tokenShapesIn(text: string): readonly FoundToken[] {
  return Array.from(text.matchAll(any), (match) => ({
    index: match.index,
    service: tokens[match.slice(1).findIndex((group) => group !== undefined)]![0],
    token: match[0],
  }));
}

/** The tokens of a line, without those that stand for one. */
export function tokensIn(text: string): readonly FoundToken[] {
  return tokenShapesIn(text).filter(({ token }) => {
    const random = token.replace(/^.*[/=]/, "").slice(4);
    return !isPlaceholder(token.slice(4)) && entropyOf(random) >= 2.8;
  });
}
