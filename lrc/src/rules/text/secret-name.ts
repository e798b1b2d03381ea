/** What a name promises: a password that somebody types, a secret that a generator made, or a word that may mean either or nothing. */
type NamedKind = "password" | "secret" | "key";

const passwordWord =
  /^(?:pass|pw|psw|psk|pswd|pwds|passcode|mdp|contrasena|senha|passwort|kennwort|\w*(?:password|passwd|passphrase|passwrd|userpass|dbpass|rootpass)s?|(?!.*(?:bypass|compass|trespass|surpass))\w{0,12}(?:pwd|pass))$/;
const secretWord =
  /^(?:\w{0,12}(?:secrete?|token)s?|(?:\w{0,12}(?:api|access|auth|secret|private|encryption|signing|master|license|crypto|crypt|cipher|aes|hmac|shared|service|account|storage|app|client|server|session|cookie|jwt|admin|root|deploy|ssh|rsa|sas|webhook))key|skey|cpassword|crumb|cred|creds|credentials?|authtoken|bearer|jwt|hmac|hash_?salt|apipass|token2|secret2)$/;
const weakWord =
  /^(?:auth|authorization|authentication|salt|nonce|seed|key|keys|otp|totp|webhook|dsn|sas|session|sid|xauth|basic|apikeys|private|access)$/;
const beforeKey =
  /^(?:api|access|auth|secret|private|encryption|encrypt|signing|sign|signature|master|license|crypto|cipher|aes|des|hmac|shared|service|account|storage|app|application|client|server|session|cookie|jwt|admin|root|deploy|sas|webhook|consumer|subscription|write|ingest|ingestion|integration|functions?|host|user|device|dev|developer|prod|production|live|test|merchant|instrumentation|bot|security|secure|project|workspace|site|sandbox)$/;
/** Last words of names that say where a secret is, what it is called or what it looks like. */
const aboutWord =
  /^(?:id|ids|name|names|url|urls|uri|path|paths|file|files|filename|dir|directory|folder|field|fields|label|labels|hint|hints|type|types|text|title|message|msg|error|errors|prompt|regex|regexp|pattern|column|param|params|parameter|input|selector|length|len|min|max|policy|rule|rules|strength|encoder|provider|format|algorithm|algo|alg|version|expire|expires|expiry|expiration|ttl|timeout|ref|reference|env|var|variable|count|size|enabled|disabled|required|store|manager|service|at|date|time|scope|scopes|grant|attr|attribute|option|options|class|element|mode|location|source|endpoint|host|port|engine|index|map|header|prefix|suffix|separator|placeholder|description|desc|help|tooltip|usage|example|status|state|callback|handler|button|link|page|form|view|screen|template|icon|validator|validation|generator|factory|builder|parser|util|utils|helper|helpers|test|tests|schema|model|table|kind|method|action|event|command|cmd|position|order|list|set|arn|issuer|audience|lifetime|duration|rotation|bits|encoding|weight|weights|dtype|shape|iterations|limit|usage|group|owner|reset|confirmation|alias|aliases|cursor|picker|marker|offset|hash|hashes|digest|hashed|encrypted|fingerprint|checksum|visibility|toggle|needed|mismatch|changed|image|images|user|users|username|email|channel|region|price|plan|font|color|style|video|asset|article|post|comment|project|team|workspace|account|tenant|org|organization|topic|queue|bucket|address|tag|branch|commit|revision|release|build|valid|invalid|incorrect|wrong|weak|strong|forgotten|updated|created)$/;
const aboutAnyWord =
  /^(?:public|pub|max|min|total|count|num|csrf|xsrf|is|has|no|show|hide|mask|forgot|reset|invalid|missing|publishable|sitekey|tokenizer|tokenize|cursor|pagination|foreign|primary|cache|sort|partition|lookup|translation|i18n|next|continuation|page|hash|sha|sha1|sha256|sha512|checksum|integrity|etag|digest|fingerprint|uuid|guid|websocket)$/;

/** The words of a name: `dbPassword`, `DB_PASSWORD` and `db.password` are the same two. */
export function wordsOfName(name: string): readonly string[] {
  return name
    .split(/[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/)
    .filter((word) => word !== "")
    .map((word) => word.toLowerCase());
}

/** What is behind a name; undefined when it is no secret, or only something about one (`passwordLabel`, `token_url`, `public_key`). */
export function kindOfName(name: string): NamedKind | undefined {
  // The name of a file is none of a value.
  if (/:\/\/|\/\.\w+$|\.(?:json|ya?ml|txt|md|py|[jt]s|go|tiktoken|bin|model)$/.test(name)) return undefined;
  const words = wordsOfName(name.slice(-80)).map((word) => word.replace(/\d+$/, "") || word);
  const last = words.at(-1);
  if (last === undefined || aboutWord.test(last) || words.some((word) => aboutAnyWord.test(word))) return undefined;
  if (
    /^(?:old|new|hard|plain|clear|static|value|string|str|prod|dev|production|staging|default|base64|enc|data)$/.test(last) &&
    words.length > 1
  )
    words.pop();
  const end = words.at(-1)!;
  if (passwordWord.test(end) || words.some((word) => /^(?:password|passwd|passphrase|pwd)$/.test(word))) return "password";
  if (secretWord.test(end) || words.slice(-3).some((word) => secretWord.test(word))) return "secret";
  if (/^keys?$/.test(end)) return words.length > 1 && beforeKey.test(words.at(-2)!) ? "secret" : "key";
  return weakWord.test(end) || words.some((word) => services.test(word)) ? "key" : undefined;
}

/** Services whose name alone says that what is given to it opens something. */
const services = new RegExp(
  `^(?:${[
    ..."adafruit adobe airtable algolia alibaba aliyun alchemy amplitude anthropic apify appcues apollo asana assemblyai atlassian auth0 aws azure beamer".split(
      " ",
    ),
    ..."bitbucket bitly bitfinex bittrex box braintree brevo bugsnag buildkite bybit cerebras circleci clarifai clearbit clickup cloudflare cloudinary codacy".split(
      " ",
    ),
    ..."codecov codeclimate coinbase cohere confluent contentful coveralls databricks datadog deepgram deepl deepseek digitalocean discord docker doppler".split(
      " ",
    ),
    ..."droneci dropbox duffel dynatrace easypost elastic elevenlabs etherscan etsy facebook fastly figma finicity finnhub firebase flickr flutterwave".split(
      " ",
    ),
    ..."freshbooks freshdesk gemini geocodio github gitlab gitter gocardless google gcp grafana groq harness heroku honeycomb hubspot huggingface ibm imgur".split(
      " ",
    ),
    ..."infura instagram intercom ipinfo ipstack jenkins jfrog artifactory jira kraken kucoin launchdarkly linear linkedin lob logzio looker mailchimp mailgun mailjet".split(
      " ",
    ),
    ..."mandrill mapbox mattermost maxmind messagebird microsoft mistral mixpanel mongodb monday netlify newrelic ngrok notion npm nuget nylas nytimes okta".split(
      " ",
    ),
    ..."onelogin openai openrouter openweather openweathermap opsgenie optimizely paddle pagerduty paypal paystack perplexity pinata pinecone plaid planetscale".split(
      " ",
    ),
    ..."polygon postman postmark posthog prefect pulumi pusher pypi quickbooks rapidapi razorpay readme recaptcha reddit replicate rollbar rubygems salesforce".split(
      " ",
    ),
    ..."scaleway segment sendbird sendgrid sendinblue sentinelone sentry shippo shodan shopify sidekiq slack snyk sonar sonarcloud sonarqube sourcegraph splunk".split(
      " ",
    ),
    ..."spotify square squarespace stability strava stripe sumologic supabase surveymonkey tailscale teamcity telegram terraform tiingo todoist together travis".split(
      " ",
    ),
    ..."trello tumblr twilio twitch twitter typeform unsplash vault vercel vimeo virustotal vonage vultr wakatime wandb sauce weatherstack webex wepay wrike yandex yelp youtube zapier zendesk zoho zoom".split(
      " ",
    ),
  ].join("|")})(?:api|dev|prod|live|test|v\\d|access|personal|org|io)?$`,
);
