import { verbose } from "./verbose.ts";

/** What a name promises: a password that somebody types, a secret that a generator made, or a word that may mean either or nothing. */
type NamedKind = "password" | "secret" | "key";

const passwordWord = verbose`
  ^(?:
    pass | pw | psw | psk | pswd | pwds | passcode | mdp | contrasena | senha | passwort | kennwort
    | \w*(?:password|passwd|passphrase|passwrd|userpass|dbpass|rootpass)s?
    | (?!.*(?:bypass|compass|trespass|surpass))\w{0,12}(?:pwd|pass)
  )$
`;
const secretWord = verbose`
  ^(?:
    \w{0,12}(?:secrete?|token)s?
    | (?:
        \w{0,12}(?:
          api | access | auth | secret | private | encryption | signing | master | license | crypto | crypt | cipher
          | aes | hmac | shared | service | account | storage | app | client | server | session | cookie | jwt | admin
          | root | deploy | ssh | rsa | sas | webhook
        )
      )key
    | skey | cpassword | crumb | cred | creds | credentials? | authtoken | bearer | jwt | hmac | hash_?salt | apipass
    | token2 | secret2
  )$
`;
const weakWord = verbose`
  ^(?:
    auth | authorization | authentication | salt | nonce | seed | key | keys | otp | totp | webhook | dsn | sas
    | session | sid | xauth | basic | apikeys | private | access | pat
  )$
`;
const beforeKey = verbose`
  ^(?:
    api | access | auth | secret | private | encryption | encrypt | signing | sign | signature | master | license
    | crypto | cipher | aes | des | hmac | shared | service | account | storage | app | application | client | server
    | session | cookie | jwt | admin | root | deploy | sas | webhook | consumer | subscription | write | ingest
    | ingestion | integration | functions? | host | user | device | dev | developer | prod | production | live | test
    | merchant | instrumentation | bot | security | secure | project | workspace | site | sandbox
  )$
`;
/** Last words of names that say where a secret is, what it is called or what it looks like. */
const aboutWord = verbose`
  ^(?:
    id | ids | name | names | url | urls | uri | path | paths | file | files | filename | dir | directory | folder
    | field | fields | label | labels | hint | hints | type | types | text | title | message | msg | error | errors
    | prompt | regex | regexp | pattern | column | param | params | parameter | input | selector | length | len | min
    | max | policy | rule | rules | strength | encoder | provider | format | algorithm | algo | alg | version | expire
    | expires | expiry | expiration | ttl | timeout | ref | reference | env | var | variable | count | size | enabled
    | disabled | required | store | manager | service | at | date | time | scope | scopes | grant | attr | attribute
    | option | options | class | element | mode | location | source | endpoint | host | port | engine | index | map
    | header | prefix | suffix | separator | placeholder | description | desc | help | tooltip | usage | example
    | status | state | callback | handler | button | link | page | form | view | screen | template | icon | validator
    | validation | generator | factory | builder | parser | util | utils | helper | helpers | test | tests | schema
    | model | table | kind | method | action | event | command | cmd | position | order | list | set | arn | issuer
    | audience | lifetime | duration | rotation | bits | encoding | weight | weights | dtype | shape | iterations
    | limit | usage | group | owner | reset | confirmation | alias | aliases | cursor | picker | marker | offset
    | hash | hashes | digest | hashed | signature | signatures | encrypted | fingerprint | checksum | visibility
    | toggle | needed | mismatch | changed | image | images | user | users | username | email | channel | region
    | price | plan | font | color | style | video | asset | article | post | comment | project | team | workspace
    | account | tenant | org | organization | topic | queue | bucket | address | tag | branch | commit | revision
    | release | build | valid | invalid | incorrect | wrong | weak | strong | forgotten | updated | created
  )$
`;
const aboutAnyWord = verbose`
  ^(?:
    public | pub | max | min | total | count | num | csrf | xsrf | is | has | no | show | hide | mask | forgot | reset
    | invalid | missing | publishable | sitekey | tokenizer | tokenize | cursor | pagination | foreign | primary
    | cache | sort | partition | lookup | translation | i18n | next | continuation | page | hash | sha | sha1 | sha256
    | sha512 | checksum | integrity | etag | digest | fingerprint | uuid | guid | websocket | recv
  )$
`;

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
  // The key of a site is sent to everybody who opens a page of it.
  if (last === "key" && words.at(-2) === "site") return undefined;
  // `EXPIRED_PASSWORD_CODE` numbers an error; an access code opens something.
  if (/^codes?$/.test(last ?? "") && !/^(?:pass|access|auth|secret|pin)$/.test(words.at(-2) ?? "")) return undefined;
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
  return weakWord.test(end) || words.some(isService) ? "key" : undefined;
}

/** `heroku_key`: the key of a service, and none of a table. */
export function isServiceKey(name: string): boolean {
  const words = wordsOfName(name);
  return words.at(-1) === "key" && words.some(isService);
}

function isService(word: string): boolean {
  return services.has(word) || services.has(word.replace(serviceEnd, ""));
}

/** Services whose name alone says that what is given to it opens something. */
const services = new Set(
  `
    abstractapi accuweather adafruit adobe adzuna agora airbrake airship airtable aiven alchemy alconost alegra algolia alibaba alienvault aliyun
    amplitude anthropic apacta api2cart apideck apiflash apify apimatic apimetrics apitemplate apollo appcues appfollow appoptics apptivo artifactory
    artsy asana assemblyai atera atlassian audd auth0 autodesk autopilot avaza aviationstack aws axonaut aylien ayrshare azure bamboohr bannerbear
    baremetrics beamer beebole besnappy besttime betterstack bigcommerce billomat bitbucket bitfinex bitly bitmex bittrex blazemeter blitapp blocknative
    bombbomb boostnote borgbase box braintree braintrust brandfetch brevo browserstack browshot bscscan buddyns budibase bugherd bugsnag buildkite bulksms
    buttercms bybit calendarific calendly campayn capsulecrm carboninterface cashboard caspio censys cerebras chartmogul chatfuel checkly checkvist
    circleci clarifai clearbit clerk clickhelp clicksend clickup clinchpad clockify cloudflare cloudimage cloudinary cloudmersive cloudplan cloudsmith
    cloverly cloze codacy codeclimate codecov codequiry cohere coinapi coinbase coingecko coinlayer coinmarketcap commercejs confluent contentful
    conversiontools convertapi convertkit convex coveralls cryptocompare currencycloud currencyfreaks currencylayer currentsapi customerio d7network
    dandelion dareboost databox databricks datadog deepai deepgram deepl deepseek detectify detectlanguage diffbot diggernaut digitalocean discord disqus
    docker docparser docusign doppler dovico dronahq droneci dropbox dropboxsign duffel dwolla dynalist dynatrace easypost edamam edenai elastic
    elasticemail elevenlabs enablex endorlabs etherscan ethplorer etsy eventbrite everhour eversign exchangerate facebook fastforex fastly feedier
    fetchrss fibery figma filestack finage finicity finnhub firebase firecrawl fixerio flickr flightapi flightlabs flightstats flowflu flutterwave fmfw
    formbucket formcraft formio formsite foursquare freshbooks freshchat freshdesk freshservice freshworks fulcrum fullstory gcp gemini gengo geoapify
    geocodify geocodio getemail getresponse getstream gitguardian github gitlab gitter glassnode gocardless goodday google grafana graphcms graphhopper
    groq gtmetrix gumroad gyazo happyscribe harness helicone helpcrunch helpscout heroku hiveage holidayapi honeycomb html2pdf hubspot hubstaff
    huggingface hybiscus hygraph hypertrack ibm iconfinder iexcloud imagekit imagga imgur infura insightly instabot instagram instamojo instatus intercom
    interseller intrinio invoiceocean ip2location ipapi ipdata ipgeolocation ipify ipinfo ipquality ipstack jenkins jfrog jira jotform jsonbin jumpcloud
    jumpseller keenio kickbox klarna klipfolio knapsackpro kontent kraken kucoin kylas labelbox languagelayer launchdarkly leadfeeder lemlist lemonsqueezy
    lendflow linear linenotify linkedin linkpreview liveagent livestorm lob locationiq loggly loginradius logz logzio lokalise looker loyverse luno
    magicbell mailboxlayer mailchimp mailerlite mailersend mailgun mailjet mailmodo mailsac mailtrap mandrill mapbox marketstack mattermost mavenlink
    maxmind meaningcloud mediastack meistertask meraki mesibo messagebird metabase microsoft mindmeister miro mistral mixmax mixpanel mockaroo mollie
    monday mongodb monkeylearn moonclerk moosend mrticktock nethunt netlify newrelic nexmo ngrok nicereply nightfall noticeable notion nozbe npm nuget
    numverify nutritionix nylas nytimes oanda okta omnisend onedesk onelogin onepagecrm onesignal onfleet oopspam openai opencage opencagedata opengraph
    openrouter openuv openweather openweathermap opsgenie opsramp optimizely packagecloud paddle pagerduty pandadoc pandascore paperform parsehub parseur
    partnerstack paydirtapp paymo paymongo paypal paystack pdflayer pdfshift peopledatalabs pepipost perplexity photoroom pinata pinboard pinecone
    pipedream pipedrive pivotaltracker pixabay plaid planetscale planyo plivo podio pollsapi poloniex polygon portkey positionstack posthog postman
    postmark powrbot prefect prodpad proxycrawl pubnub pulumi purestake pushbullet pusher pushover pylon pypi qase qualaroo qubole quickbooks railway
    rapidapi rawg razorpay reachmail readme rebrandly recaptcha rechargepayments reddit refiner rentman replicate resend restpack ringcentral ritekit
    rocketreach rockset rollbar roninapp route4me rubygems runpod runscope salesblink salescookie salesflare salesforce salesloft salesmate sanity
    satismeter sauce saucelabs scaleway scraperapi scrapestack scrapfly scrapingant scrapingbee screenshotapi screenshotlayer scrutinizer securitytrails
    segment selectpdf sendbird sendgrid sendinblue sentinelone sentry serpapi serphouse serpstack sherpadesk shipday shipengine shippo shodan shopify
    shotstack shutterstock sidekiq signalwire signaturit simfin simplesat simvoly sirv skrapp slack smartsheet smartsheets smartystreets smooch snipcart
    snowflake snyk solarwinds sonar sonarcloud sonarqube sourcegraph speechtext splunk spoonacular sportmonks sportradar spotify square squarespace
    sslmate stability statuscake statuspage statuspal stockdata storecove stormglass storyblok storychief strava stripe stytch submittable sumologic
    supabase supernotes surveymonkey surveysparrow survicate swiftype tailscale tallyfy tatum tavily taxjar teamcity telegram telnyx terraform testingbot
    textmagic theoddsapi thinkific thousandeyes ticketmaster tiingo timecamp timezoneapi tinybird tmdb tmetric todoist together toggl tomorrowio tomtom
    tradier transferwise travelpayouts travis trello tumblr twelvedata twilio twitch twitter tyntec typeform ubidots uclassify unsplash upcdatabase uplead
    uploadcare upstash uptimerobot urlscan userstack vagrantcloud vatlayer vault vercel verimail veriphone versioneye viewneo vimeo virustotal
    visualcrossing voicegain vonage voodoosms vouchery vpnapi vultr wakatime walkscore wandb weatherapi weatherbit weatherstack webex webflow webscraper
    webscraping wepay whoxy wistia worldcoinindex worldweather wrike xai yandex yelp youneedabudget yousign youtube zapier zendesk zenkit zenrows
    zenscrape zenserp zerobounce zerotier zilliz zipapi zipbooks zipcodeapi zipcodebase zoho zonka zoom zulip
  `
    .trim()
    .split(/\s+/),
);
/** What is written behind the name of one. */
const serviceEnd = /(?:api|dev|prod|live|test|v\d|access|personal|org|io)$/;
