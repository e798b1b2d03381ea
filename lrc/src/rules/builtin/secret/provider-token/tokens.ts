import { entropyOf, isPlaceholder, isReadable, isRowOfKeys } from "../../../text/index.ts";

/** A token and where in its line it stands, from 0. */
export interface FoundToken {
  /** Its random part is a row of the keyboard: shown in a manual, and tried first anywhere else. */
  readonly isRow?: boolean;
  readonly index: number;
  readonly service: string;
  readonly token: string;
}

/** Anybody can make one: in a test it was made for it. */
export const webToken = "a JSON web token";

/** How the tokens of a service look. All repetitions are bounded: the scan is linear whatever stands in the line. */
const tokens: readonly (readonly [service: string, shape: string])[] = [
  ["AWS", "(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])"],
  ["GitHub", "gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}"],
  [
    "GitLab",
    "gl(?:pat|dt|soat|ft|ffct|rt|rtr)-(?:t[0-9]_)?[A-Za-z0-9_-]{20}(?![A-Za-z0-9_-])|gl(?:pat|rt|cbt|ptt|dt)-(?:t[0-9]_)?[A-Za-z0-9_-]{27,300}\\.[0-9a-z]{2}\\.[0-9a-z]{7,9}|glcbt-[A-Za-z0-9]{1,5}_[A-Za-z0-9_-]{20}(?![A-Za-z0-9_-])|glimt-[A-Za-z0-9_-]{25}(?![A-Za-z0-9_-])|glptt-[A-Za-z0-9_-]{40}(?![A-Za-z0-9_-])|glagent-[A-Za-z0-9_-]{50,1024}|gloas-[A-Za-z0-9_-]{64}(?![A-Za-z0-9_-])|GR1348941(?:[A-Za-z0-9_-]{20}|[A-Za-z0-9_-]{50})(?![A-Za-z0-9_-])|_gitlab_session=[0-9a-z]{32}",
  ],
  ["Slack", "xox[abeoprs](?:\\.xox[bp])?-[A-Za-z0-9-]{10,250}|xapp-[0-9]-[A-Z0-9]{8,20}-[0-9]{8,20}-[a-f0-9]{32,80}"],
  [
    "Slack (webhook)",
    "hooks\\.slack\\.com/services/T[A-Z0-9]{6,12}/B[A-Z0-9]{6,12}/[A-Za-z0-9]{20,30}|hooks\\.slack\\.com/(?:workflows|triggers)/[A-Za-z0-9+/]{43,56}",
  ],
  ["Discord (webhook)", "discord(?:app)?\\.com/api/webhooks/[0-9]{16,20}/[A-Za-z0-9_-]{60,75}"],
  ["Stripe", "[sr]k_(?:live|test|prod)_[A-Za-z0-9]{14,120}|whsec_[A-Za-z0-9+/]{32,64}"],
  ["Google", "AIza[A-Za-z0-9_-]{35}|GOCSPX-[A-Za-z0-9_-]{28}|ya29\\.[A-Za-z0-9_-]{30,300}|1//0[A-Za-z0-9_-]{40,100}"],
  ["OpenAI", "sk-(?:proj-|svcacct-|admin-)?[A-Za-z0-9_-]{20,120}T3BlbkFJ[A-Za-z0-9_-]{20,120}|sk-[A-Za-z0-9]{48}(?![A-Za-z0-9])"],
  ["Anthropic", "sk-ant-[a-z0-9]{3,8}-[A-Za-z0-9_-]{80,120}"],
  ["OpenRouter", "sk-or-v1-[a-f0-9]{64}"],
  ["Hugging Face", "(?:hf|api_org)_[A-Za-z0-9]{34,40}"],
  ["npm", "npm_[A-Za-z0-9]{36}"],
  ["PyPI", "pypi-AgE[A-Za-z0-9_-]{50,250}"],
  ["RubyGems", "rubygems_[a-f0-9]{48}"],
  ["SendGrid", "SG\\.[A-Za-z0-9_-]{22}\\.[A-Za-z0-9_-]{43}"],
  ["Mailgun", "(?:pub)?key-[0-9a-f]{32}(?![0-9a-f])|[a-f0-9]{32}-[a-f0-9]{8}-[a-f0-9]{8}(?![0-9a-f-])"],
  ["Mailchimp", "[0-9a-f]{32}-us[0-9]{1,2}(?![0-9a-z])"],
  ["Twilio", "SK[0-9a-f]{32}(?![0-9a-f])|AC[0-9a-f]{32}[\"']?[:, ]{1,3}[\"']?[0-9a-f]{32}(?![0-9a-f])"],
  ["Telegram", "(?:bot)?[0-9]{8,10}:AA[A-Za-z0-9_-]{32,33}(?![A-Za-z0-9_-])"],
  ["Shopify", "shp(?:at|ca|pa|ss|tka)_[a-fA-F0-9]{32}"],
  ["DigitalOcean", "do[opr]_v1_[a-f0-9]{64}"],
  ["Databricks", "dapi[a-f0-9]{32}(?![0-9a-f])"],
  ["Linear", "lin_(?:api|oauth)_[A-Za-z0-9]{32,64}"],
  ["Square", "sq0(?:atp|csp|idp)-[A-Za-z0-9_-]{22,43}|EAAA[A-Za-z0-9_-]{60}"],
  ["HashiCorp Vault", "hv[sbr]\\.[A-Za-z0-9_-]{24,300}"],
  ["Terraform Cloud", "[A-Za-z0-9]{14}\\.atlasv1\\.[A-Za-z0-9_-]{60,70}"],
  ["Postman", "PMAK-[a-f0-9]{24}-[a-f0-9]{34}"],
  [
    "New Relic",
    "NRAK-[A-Z0-9]{27}|NRJS-[a-f0-9]{19}|NRI[IQ]-[A-Za-z0-9_-]{32}|NRAA-[a-f0-9]{27}|NRRA-[a-f0-9]{42}|NRBR-[a-f0-9]{24}|NRSP-[a-z]{2}[0-9]{2}[a-f0-9]{31}|[a-z0-9]{36,40}NRAL",
  ],
  ["Grafana", "glsa_[A-Za-z0-9]{32}_[a-f0-9]{8}|glc_[A-Za-z0-9+/]{32,400}={0,3}|eyJrIjoi[A-Za-z0-9]{70,400}={0,3}"],
  ["Azure Storage", "AccountKey=[A-Za-z0-9+/]{86}=="],
  ["Doppler", "dp\\.(?:pt|ct|st|sa|scim|audit)\\.(?:[a-z0-9_-]{2,35}\\.)?[A-Za-z0-9]{40,44}"],
  ["Dynatrace", "dt0c01\\.[A-Z0-9]{24}\\.[A-Z0-9]{64}"],
  ["PlanetScale", "pscale_(?:tkn|pw|oauth)_[A-Za-z0-9_.-]{32,64}"],
  ["Supabase", "sbp_[a-f0-9]{40}"],
  ["Sentry", "sntry[su]_[A-Za-z0-9+/=_-]{40,200}"],
  ["Docker Hub", "dckr_pat_[A-Za-z0-9_-]{27}"],
  ["Atlassian", "AT(?:ATT|CTT)3[A-Za-z0-9_=-]{100,250}|ATBB[A-Za-z0-9]{24,32}(?![A-Za-z0-9])"],
  ["Fly.io", "fo1_[A-Za-z0-9_-]{43}|fm[12][ar]?_[A-Za-z0-9+/]{100,500}={0,3}"],
  ["age", "AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}"],
  [
    "1Password",
    "ops_eyJ[A-Za-z0-9+/]{100,1000}={0,3}|A3-[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})-[A-Z0-9]{5}-[A-Z0-9]{5}-[A-Z0-9]{5}",
  ],
  ["Adobe", "p8e-[A-Za-z0-9]{32}(?![A-Za-z0-9])"],
  ["Airtable", "pat[A-Za-z0-9]{14}\\.[a-f0-9]{64}"],
  ["Alibaba Cloud", "LTAI[A-Za-z0-9]{16,21}(?![A-Za-z0-9])"],
  ["Artifactory", "AKCp[A-Za-z0-9]{69}(?![A-Za-z0-9])|cmVmd[A-Za-z0-9]{59}(?![A-Za-z0-9])"],
  ["Asana", "[0-9]/[0-9]{16}:[A-Za-z0-9]{32}(?![A-Za-z0-9])"],
  ["AWS Bedrock", "ABSK[A-Za-z0-9+/]{109,269}={0,2}"],
  ["Azure", "[A-Za-z0-9_~.]{3}[0-9]Q~[A-Za-z0-9_~.-]{31,34}"],
  ["Brevo", "xkeysib-[a-f0-9]{64}-[A-Za-z0-9]{16}|xsmtpsib-[a-f0-9]{64}-[A-Za-z0-9]{16}"],
  ["Buildkite", "bk(?:ua|aat|ct|pt)_[a-f0-9]{40}"],
  ["CircleCI", "CCI(?:PAT|PRJ)_[A-Za-z0-9]{22,24}_[a-z0-9]{40}"],
  ["ClickHouse Cloud", "4b1d[A-Za-z0-9]{38}(?![A-Za-z0-9])"],
  ["Clojars", "CLOJARS_[a-z0-9]{60}"],
  ["Cloudflare", "v1\\.0-[a-f0-9]{24,64}-[a-f0-9]{146,320}"],
  ["Contentful", "CFPAT-[A-Za-z0-9_-]{43}"],
  ["Defined Networking", "dnkey-[a-z0-9=_-]{26}-[a-z0-9=_-]{52}"],
  ["Discord", "[MNO][A-Za-z0-9_-]{23,25}\\.[A-Za-z0-9_-]{6}\\.[A-Za-z0-9_-]{27,38}(?![A-Za-z0-9_-])"],
  ["Duffel", "duffel_(?:test|live)_[A-Za-z0-9_=-]{43}"],
  ["EasyPost", "EZ[AT]K[A-Za-z0-9]{54}(?![A-Za-z0-9])"],
  ["Facebook", "EAA[A-Za-z0-9]{90,300}|[0-9]{15,16}(?:\\||%7C)[A-Za-z0-9_-]{27,40}(?![A-Za-z0-9_-])"],
  ["Figma", "fig[dorhu]_[A-Za-z0-9_-]{40,60}"],
  ["Flutterwave", "FLW(?:PUB|SEC)K(?:_TEST)?-[A-Za-h0-9]{32}-X"],
  ["Frame.io", "fio-u-[A-Za-z0-9_=-]{64}"],
  ["GoCardless", "(?:live|sandbox)_[A-Za-z0-9_=-]{40,45}(?![A-Za-z0-9_=-])"],
  ["Groq", "gsk_[A-Za-z0-9]{52}"],
  ["Harness", "[ps]at\\.[A-Za-z0-9_-]{22}\\.[A-Za-z0-9]{24}\\.[A-Za-z0-9]{20}"],
  ["Heroku", "HRKU-(?:AA)?[A-Za-z0-9_-]{36,60}"],
  ["Infracost", "ico-[A-Za-z0-9]{32}(?![A-Za-z0-9])"],
  ["LaunchDarkly", "(?:sdk|api|mob)-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"],
  ["Mapbox", "[ps]k\\.eyJ[A-Za-z0-9_-]{40,200}\\.[A-Za-z0-9_-]{22}"],
  ["MaxMind", "[A-Za-z0-9]{6}_[A-Za-z0-9]{29}_mmk"],
  [
    "Microsoft Teams (webhook)",
    "[a-z0-9]{1,40}\\.webhook\\.office\\.com/webhookb2/[a-z0-9-]{36}@[a-z0-9-]{36}/IncomingWebhook/[a-z0-9]{32}/[a-z0-9-]{36}|outlook\\.office(?:365)?\\.com/webhook/[a-z0-9-]{36}@[a-z0-9-]{36}/IncomingWebhook/[a-z0-9]{32}/[a-z0-9-]{36}",
  ],
  ["Netlify", "nf[puc]_[A-Za-z0-9]{36}"],
  ["Notion", "ntn_[0-9]{11}[A-Za-z0-9]{35}|secret_[A-Za-z0-9]{43}(?![A-Za-z0-9])"],
  ["NuGet", "oy2[a-z0-9]{43}(?![a-z0-9])"],
  ["Octopus Deploy", "API-[A-Z0-9]{26}(?![A-Z0-9])"],
  ["OpenShift", "sha256~[A-Za-z0-9_-]{43}"],
  ["Perplexity", "pplx-[A-Za-z0-9]{48}"],
  ["Prefect", "pnu_[A-Za-z0-9]{36}"],
  ["Pulumi", "pul-[a-f0-9]{40}"],
  ["ReadMe", "rdme_[a-z0-9]{70}"],
  ["Replicate", "r8_[A-Za-z0-9]{37,40}(?![A-Za-z0-9])"],
  ["Scalingo", "tk-us-[A-Za-z0-9_-]{48}"],
  ["Settlemint", "sm_(?:aat|pat|sat)_[A-Za-z0-9]{16}"],
  ["Shippo", "shippo_(?:live|test)_[a-fA-F0-9]{40}"],
  ["Sourcegraph", "sgp_(?:(?:[a-fA-F0-9]{16}|local)_)?[a-fA-F0-9]{40}|sgp_[A-Za-z0-9]{64}"],
  ["Tailscale", "tskey-(?:auth|api|client|scim|webhook|secret)-[A-Za-z0-9]{5,20}-[A-Za-z0-9]{20,60}"],
  ["Typeform", "tfp_[A-Za-z0-9_.=-]{44,59}"],
  ["WakaTime", "waka_[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"],
  ["xAI", "xai-[A-Za-z0-9]{70,90}"],
  [
    "Yandex Cloud",
    "AQVN[A-Za-z0-9_-]{35,38}(?![A-Za-z0-9_-])|YC[A-Za-z0-9_-]{38}(?![A-Za-z0-9_-])|t1\\.[A-Za-z0-9_-]{20,400}={0,2}\\.[A-Za-z0-9_-]{86}={0,2}",
  ],
  ["Adafruit", "aio_[A-Za-z0-9]{28}(?![A-Za-z0-9])"],
  ["Amazon", "amzn\\.mws\\.[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|amzn1\\.oa2-cs\\.v1\\.[a-f0-9]{64}"],
  ["Apify", "apify_api_[A-Za-z0-9-]{36}"],
  ["Azure DevOps", "[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4}(?![A-Za-z0-9])"],
  [
    "Azure",
    "[A-Za-z0-9]{52}JQQJ9[9D][A-Za-z0-9][A-L][A-Za-z0-9]{16}[A-Za-z][A-Za-z0-9]{7}|[A-Za-z0-9+/]{76}(?:[+A]ASt|ACDb|[+A]ABa)[A-Za-z0-9+/]{5,6}==|[A-Za-z0-9+/]{33}(?:AIoT|ASb|AEh|ARm)[A-P][A-Za-z0-9+/]{5}=|[A-Za-z0-9_-]{44}AzFu[A-Za-z0-9_-]{5}[AQgw]==|[A-Za-z0-9]{42}AzSe[A-D][A-Za-z0-9]{5}|[A-Za-z0-9]{33}AzCa[A-P][A-Za-z0-9]{5}=|[A-Za-z0-9+/]{42}\\+ACR[A-D][A-Za-z0-9]{5}",
  ],
  ["Azure (shared access)", "SharedAccessKey=[A-Za-z0-9+/]{43}=|[?&]sig=[A-Za-z0-9%+/]{43,80}"],
  ["Braintree", "access_token\\$(?:production|sandbox)\\$[0-9a-z]{16}\\$[0-9a-f]{32}"],
  ["Cerebras", "csk-[a-z0-9]{48}"],
  ["Checkout.com", "sk_sbox_[a-z0-9]{26,30}"],
  ["Chief Tools", "ct[cp]_[A-Za-z0-9]{36}"],
  ["crates.io", "cio[A-Za-z0-9]{32}(?![A-Za-z0-9])"],
  ["DeepSeek", "sk-[a-f0-9]{32}(?![a-f0-9A-Za-z])"],
  ["Dropbox", "sl\\.(?:u\\.)?[A-Za-z0-9_-]{130,1300}"],
  ["Elastic", "essu_[A-Za-z0-9+/]{60,120}={0,2}"],
  ["Firebase", "AAAA[A-Za-z0-9_-]{7}:APA91b[A-Za-z0-9_-]{134}"],
  ["Fireworks", "fw_[A-Za-z0-9]{22,24}(?![A-Za-z0-9])"],
  ["HubSpot", "pat-(?:na|eu|ap)[0-9]-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"],
  ["Instagram", "IGQV[A-Za-z0-9_-]{50,300}"],
  ["Intra42", "s-s4t2(?:ud|af)-[a-f0-9]{64}"],
  ["Ionic", "ion_[A-Za-z0-9]{42}"],
  ["Jenkins", "\\{AQAAABAAAA[A-Za-z0-9+/]{30,2000}={0,2}\\}"],
  ["Jina", "jina_[a-z0-9]{32}[A-Za-z0-9_-]{24,32}"],
  ["Dependency-Track", "odt_[A-Za-z0-9]{32}"],
  ["TeamCity", "eyJ0eXAiOiAiVENWMiJ9\\.[A-Za-z0-9_-]{36}\\.[A-Za-z0-9_-]{48}"],
  ["Klaviyo", "pk_[a-f0-9]{34}(?![a-f0-9A-Za-z])"],
  ["LangChain", "lsv2_(?:pt|sk)_[a-f0-9]{32}_[a-f0-9]{10}|ls__[a-f0-9]{32}"],
  ["Langfuse", "sk-lf-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"],
  ["Lichess", "lip_[A-Za-z0-9]{20}(?![A-Za-z0-9])"],
  ["Lob", "(?:live|test)_(?:pub_)?[a-f0-9]{31,35}(?![a-f0-9A-Za-z])"],
  ["MailerSend", "mlsn\\.[a-f0-9]{64}"],
  ["Mercado Pago", "(?:APP_USR|TEST)-[0-9]{13,16}-[0-9]{6}-[a-f0-9]{32}(?:__[A-Z]{2}_[A-Z]{2}__)?-[0-9]{6,10}"],
  ["MongoDB Atlas", "mdb_sa_sk_[A-Za-z0-9_-]{40}"],
  ["Neon", "napi_[a-z0-9]{64}"],
  ["Nightfall", "NF-[A-Za-z0-9]{32}(?![A-Za-z0-9])"],
  ["NVIDIA", "nvapi-[A-Za-z0-9_-]{60,70}"],
  ["PagerDuty", "pdus\\+_[A-Za-z0-9+_-]{20,60}|u\\+[A-Za-z0-9_+-]{18}(?![A-Za-z0-9_+-])"],
  ["Persona", "persona_(?:sandbox|production)_[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"],
  ["Pinecone", "pcsk_[A-Za-z0-9]{5,6}_[A-Za-z0-9]{63,64}"],
  ["Plaid", "(?:access|link|public)-(?:sandbox|development|production)-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"],
  ["PostHog", "phx_[A-Za-z0-9_]{43}"],
  ["Private Packagist", "packagist_[ou][ru]t_[a-f0-9]{68}"],
  ["Razorpay", "rzp_(?:live|test)_[A-Za-z0-9]{14,24}"],
  ["Rootly", "rootly_[a-f0-9]{64}"],
  ["RunPod", "rpa_[A-Z0-9]{30,44}"],
  ["Salesforce", "00D[A-Za-z0-9]{12,15}![A-Za-z0-9._]{80,120}"],
  ["Samsara", "samsara_api_[A-Za-z0-9]{30}"],
  ["SonarQube", "sq[pua]_[a-f0-9]{40}"],
  ["StackHawk", "hawk\\.[A-Za-z0-9_-]{20}\\.[A-Za-z0-9_-]{20}"],
  ["Stytch", "secret-(?:live|test)-[A-Za-z0-9_-]{36}="],
  ["Tavily", "tvly-(?:dev-|prod-)?[A-Za-z0-9]{32}(?![A-Za-z0-9])"],
  ["Teamwork", "tkn\\.v1_[A-Za-z0-9]{71}="],
  ["Tencent Cloud", "AKID[A-Za-z0-9]{32}(?![A-Za-z0-9])"],
  ["Thunderstore", "tss_[A-Za-z0-9]{40}"],
  ["Twitter", "AAAAAAAAAAAAAAAAAAAAA[A-Za-z0-9%]{30,120}"],
  ["Ubidots", "BBFF-[A-Za-z0-9]{30}(?![A-Za-z0-9])"],
  ["Vercel", "vc[kp]_[A-Za-z0-9]{24,60}|vercel_blob_rw_[A-Za-z0-9]{16}_[A-Za-z0-9]{30}"],
  ["Volcengine", "AKLT[A-Za-z0-9]{40,48}(?![A-Za-z0-9])"],
  ["Zapier (webhook)", "hooks\\.zapier\\.com/hooks/catch/[0-9]{5,10}/[A-Za-z0-9]{5,10}"],
  ["Zoho", "1000\\.[a-f0-9]{31,32}\\.[a-f0-9]{30,32}"],
  ["Zuplo", "zpka_[a-z0-9]{32}_[a-z0-9]{8}"],
  ["Aiven", "AVNS_[A-Za-z0-9_-]{19}(?![A-Za-z0-9_-])"],
  ["Adyen", "AQE[A-Za-z0-9]{3}[A-Za-z0-9+/]{60,200}={0,2}-[A-Za-z0-9+/]{20,60}={0,2}-[^\\s\"'`]{16,24}"],
  ["Airtable (OAuth)", "oaa[A-Za-z0-9]{14}\\.v1\\.[A-Za-z0-9+/=_-]{100,2000}\\.[a-f0-9]{64}"],
  ["Appwrite", "standard_[a-f0-9]{256}"],
  ["Asana (OAuth)", "2/[0-9]{14,17}/[0-9]{14,17}:[a-f0-9]{32}(?![a-f0-9])"],
  ["Axiom", "xa[ap]t-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"],
  ["Bitbucket Data Center", "BBDC-[A-Za-z0-9+/@_-]{40,50}(?![A-Za-z0-9+/@_-])"],
  ["Checkly", "cu_[a-f0-9]{32}(?![a-f0-9])"],
  ["ClickUp", "pk_[0-9]{6,9}_[A-Z0-9]{32}(?![A-Z0-9])"],
  ["Close", "api_[A-Za-z0-9]{22}\\.[A-Za-z0-9]{22}(?![A-Za-z0-9])"],
  ["CockroachDB", "CCDB1_[A-Za-z0-9]{22}_[A-Za-z0-9]{40}"],
  ["ConfigCat", "configcat-(?:sdk|proxy)-1/[A-Za-z0-9_-]{22}/[A-Za-z0-9_-]{22}"],
  ["Deno Deploy", "dd[po]_[A-Za-z0-9]{36}(?![A-Za-z0-9])"],
  ["Daytona", "dtn_[a-f0-9]{64}"],
  ["E2B", "e2b_[a-f0-9]{40}"],
  ["ElevenLabs", "sk_[a-f0-9]{48}(?![a-f0-9])"],
  ["Firecrawl", "fc-[a-f0-9]{32}(?![a-f0-9])"],
  ["Ghost", "[a-f0-9]{24}:[a-f0-9]{64}(?![a-f0-9])"],
  ["Honeycomb", "hc[a-z][im]k_[0-9a-z]{50,70}"],
  ["Intercom", "dG9rO[A-Za-z0-9+/]{40,100}={0,2}"],
  ["Logfire", "pylf_v[0-9]_(?:us|eu)_[A-Za-z0-9]{43}"],
  ["Mandrill", "md-[A-Za-z0-9_-]{22}(?![A-Za-z0-9_-])"],
  ["Mollie", "(?:live|test)_[A-Za-z0-9]{30}(?![A-Za-z0-9])"],
  ["ngrok", "[123][A-Za-z0-9]{26}_[A-Za-z0-9]{20,21}(?![A-Za-z0-9])"],
  ["Paddle", "pdl_(?:live|sdbx)_apikey_[a-z0-9]{26}_[A-Za-z0-9]{22}_[A-Za-z0-9]{3}"],
  ["Polar", "polar_(?:oat|pat)_[A-Za-z0-9]{40,50}"],
  ["Resend", "re_[A-Za-z0-9]{8}_[A-Za-z0-9]{24}(?![A-Za-z0-9])"],
  ["Sanity", "sk[A-Za-z0-9]{78,180}(?![A-Za-z0-9])"],
  ["Statsig", "(?:secret|console)-[A-Za-z0-9]{40,48}(?![A-Za-z0-9])"],
  ["Storyblok", "[A-Za-z0-9]{22}tt-[0-9]{4,7}-[A-Za-z0-9_-]{20}(?![A-Za-z0-9_-])"],
  ["Supabase (secret key)", "sb_secret_[A-Za-z0-9_-]{31}"],
  ["ThingsBoard", "api/v1/[A-Za-z0-9]{20}(?=/(?:telemetry|attributes|rpc|claim)(?![A-Za-z]))"],
  ["Together AI", "tgp_v1_[A-Za-z0-9_-]{43}"],
  ["Blynk", "blynk(?:-cloud)?\\.(?:com|cc|cloud)(?::[0-9]{2,5})?/[A-Za-z0-9_-]{32}(?=/)"],
  ["Code Climate", "CC_TEST_REPORTER_ID[\"']?[:= ]{1,3}[\"']?[a-f0-9]{64}"],
  ["Sidekiq", "BUNDLE_(?:ENTERPRISE|GEMS)__CONTRIBSYS__COM[\"']?[:= ]{1,3}[\"']?[a-f0-9]{8}:[a-f0-9]{8}(?![a-f0-9])"],
  ["TrueNAS", "[0-9]{1,3}-(?=[a-z0-9]{0,63}[A-Z])[A-Za-z0-9]{64}(?![A-Za-z0-9])"],
  ["Tinybird", "p\\.eyJ[A-Za-z0-9_-]{20,200}\\.[A-Za-z0-9_-]{20,100}"],
  ["Trello", "ATTA[A-Za-z0-9]{56,80}(?![A-Za-z0-9])"],
  ["Unleash", "[A-Za-z0-9_*-]{1,30}:[a-z]{2,15}\\.[a-f0-9]{48,64}(?![a-f0-9])"],
  ["Wix", "IST\\.eyJ[A-Za-z0-9_-]{20,400}\\.[A-Za-z0-9_-]{100,2000}"],
  ["WooCommerce", "c[ks]_[a-f0-9]{40}(?![a-f0-9])"],
  ["Xata", "xau_[A-Za-z0-9]{34,60}"],
  [webToken, "eyJ[A-Za-z0-9_-]{15,1000}\\.[A-Za-z0-9_-]{20,2000}(?:\\.[A-Za-z0-9_-]{20,1000})?|ZXlK[A-Za-z0-9+/]{80,2000}={0,2}"],
];

const any = new RegExp(`(?<![A-Za-z0-9_])(?:${tokens.map(([, shape]) => `(${shape})`).join("|")})`, "g");

/** No token is without one; most lines are. */
const hasLongWord = /[A-Za-z0-9_/+-]{14}/;

/** Everything in a text that is shaped like a token, examples included: for who must not pass one on. */
export function tokenShapesIn(text: string): readonly FoundToken[] {
  if (!hasLongWord.test(text)) return [];
  return Array.from(text.matchAll(any), (match) => ({
    index: match.index,
    service: tokens[match.slice(1).findIndex((group) => group !== undefined)]![0],
    token: match[0],
  }));
}

/** The tokens of a line, without those that stand for one. */
export function tokensIn(text: string): readonly FoundToken[] {
  return tokenShapesIn(text).flatMap((found) => {
    const { token } = found;
    const random = token
      .replace(/={1,3}$/, "")
      .replace(/^.*[/=]/, "")
      .slice(4);
    if ((token.startsWith("xox") && !/\d/.test(token)) || (token.startsWith("eyJ") && token.includes(".") && !isWebToken(token))) return [];
    const given = token.slice(4).replace(/\}$/, "");
    if (isRowOfKeys(given.replace(/^(?:[a-z]{1,7}[_-]){1,3}/i, ""))) return [{ ...found, isRow: true }];
    // `test_listpackWithVariableSize` is a name.
    if (!/\d/.test(token) && isReadable(given.replace(/^[a-z]{0,7}[_-]/i, ""))) return [];
    return isPlaceholder(given) || entropyOf(random) < 2.8 ? [] : [found];
  });
}

/** Whether the head of a JSON web token says how it is signed or encrypted; without a signature its claims must be there to be read. */
function isWebToken(token: string): boolean {
  const [head = "", claims = "", signature] = token.split(".");
  const read = (part: string): string => Buffer.from(part, "base64url").toString("utf8").trim();
  return /^\{.*"(?:alg|typ|enc|kid)".*\}$/s.test(read(head)) && (signature !== undefined || /^\{.*\}$/s.test(read(claims)));
}
