// Generated from crds/upstream/crd-alertmanagerconfigs.yaml by "make imports"; do not edit.

export interface AlertmanagerConfig {
  apiVersion: "monitoring.coreos.com/v1alpha1";
  kind: "AlertmanagerConfig";
  metadata: {name: string; labels?: Record<string, string>; annotations?: Record<string, string>};
  spec: AlertmanagerConfigSpec;
}

export interface AlertmanagerConfigSourceMatch {
  matchType?: "!=" | "=" | "=~" | "!~";
  name: string;
  regex?: boolean;
  value?: string;
}

export interface AlertmanagerConfigInhibitRules {
  equal?: string[];
  sourceMatch?: AlertmanagerConfigSourceMatch[];
  targetMatch?: AlertmanagerConfigSourceMatch[];
}

export interface AlertmanagerConfigDaysOfMonth {
  end?: number;
  start?: number;
}

export interface AlertmanagerConfigTimes {
  endTime?: string;
  startTime?: string;
}

export interface AlertmanagerConfigTimeIntervals {
  daysOfMonth?: AlertmanagerConfigDaysOfMonth[];
  months?: string[];
  times?: AlertmanagerConfigTimes[];
  weekdays?: string[];
  years?: string[];
}

export interface AlertmanagerConfigMuteTimeIntervals {
  name: string;
  timeIntervals?: AlertmanagerConfigTimeIntervals[];
}

export interface AlertmanagerConfigApiURL {
  key: string;
  name?: string;
  optional?: boolean;
}

export interface AlertmanagerConfigAuthorization {
  credentials?: AlertmanagerConfigApiURL;
  type?: string;
}

export interface AlertmanagerConfigBasicAuth {
  password?: AlertmanagerConfigApiURL;
  username?: AlertmanagerConfigApiURL;
}

export interface AlertmanagerConfigClientId {
  configMap?: AlertmanagerConfigApiURL;
  secret?: AlertmanagerConfigApiURL;
}

export interface AlertmanagerConfigTlsConfig {
  ca?: AlertmanagerConfigClientId;
  cert?: AlertmanagerConfigClientId;
  insecureSkipVerify?: boolean;
  keySecret?: AlertmanagerConfigApiURL;
  maxVersion?: "TLS10" | "TLS11" | "TLS12" | "TLS13";
  minVersion?: "TLS10" | "TLS11" | "TLS12" | "TLS13";
  serverName?: string;
}

export interface AlertmanagerConfigOauth2 {
  clientId: AlertmanagerConfigClientId;
  clientSecret: AlertmanagerConfigApiURL;
  endpointParams?: Record<string, string>;
  noProxy?: string;
  proxyConnectHeader?: Record<string, AlertmanagerConfigApiURL[]>;
  proxyFromEnvironment?: boolean;
  proxyUrl?: string;
  scopes?: string[];
  tlsConfig?: AlertmanagerConfigTlsConfig;
  tokenUrl: string;
}

export interface AlertmanagerConfigHttpConfig {
  authorization?: AlertmanagerConfigAuthorization;
  basicAuth?: AlertmanagerConfigBasicAuth;
  bearerTokenSecret?: AlertmanagerConfigApiURL;
  enableHttp2?: boolean;
  followRedirects?: boolean;
  noProxy?: string;
  oauth2?: AlertmanagerConfigOauth2;
  proxyConnectHeader?: Record<string, AlertmanagerConfigApiURL[]>;
  proxyFromEnvironment?: boolean;
  proxyURL?: string;
  proxyUrl?: string;
  tlsConfig?: AlertmanagerConfigTlsConfig;
}

export interface AlertmanagerConfigDiscordConfigs {
  apiURL: AlertmanagerConfigApiURL;
  avatarURL?: string;
  content?: string;
  httpConfig?: AlertmanagerConfigHttpConfig;
  message?: string;
  sendResolved?: boolean;
  title?: string;
  username?: string;
}

export interface AlertmanagerConfigHeaders {
  key: string;
  value: string;
}

export interface AlertmanagerConfigThreading {
  threadByDate: "Daily" | "None";
}

export interface AlertmanagerConfigEmailConfigs {
  authIdentity?: string;
  authPassword?: AlertmanagerConfigApiURL;
  authSecret?: AlertmanagerConfigApiURL;
  authUsername?: string;
  forceImplicitTLS?: boolean;
  from?: string;
  headers?: AlertmanagerConfigHeaders[];
  hello?: string;
  html?: string;
  requireTLS?: boolean;
  sendResolved?: boolean;
  smarthost?: string;
  text?: string;
  threading?: AlertmanagerConfigThreading;
  tlsConfig?: AlertmanagerConfigTlsConfig;
  to?: string;
}

export interface AlertmanagerConfigMsteamsConfigs {
  httpConfig?: AlertmanagerConfigHttpConfig;
  sendResolved?: boolean;
  summary?: string;
  text?: string;
  title?: string;
  webhookUrl: AlertmanagerConfigApiURL;
}

export interface AlertmanagerConfigMsteamsv2Configs {
  httpConfig?: AlertmanagerConfigHttpConfig;
  sendResolved?: boolean;
  text?: string;
  title?: string;
  webhookURL?: AlertmanagerConfigApiURL;
}

export interface AlertmanagerConfigResponders {
  id?: string;
  name?: string;
  type: "team" | "teams" | "user" | "escalation" | "schedule";
  username?: string;
}

export interface AlertmanagerConfigOpsgenieConfigs {
  actions?: string;
  apiKey?: AlertmanagerConfigApiURL;
  apiURL?: string;
  description?: string;
  details?: AlertmanagerConfigHeaders[];
  entity?: string;
  httpConfig?: AlertmanagerConfigHttpConfig;
  message?: string;
  note?: string;
  priority?: string;
  responders?: AlertmanagerConfigResponders[];
  sendResolved?: boolean;
  source?: string;
  tags?: string;
  updateAlerts?: boolean;
}

export interface AlertmanagerConfigPagerDutyImageConfigs {
  alt?: string;
  href?: string;
  src?: string;
}

export interface AlertmanagerConfigPagerDutyLinkConfigs {
  alt?: string;
  href?: string;
}

export interface AlertmanagerConfigPagerdutyConfigs {
  class?: string;
  client?: string;
  clientURL?: string;
  component?: string;
  description?: string;
  details?: AlertmanagerConfigHeaders[];
  group?: string;
  httpConfig?: AlertmanagerConfigHttpConfig;
  pagerDutyImageConfigs?: AlertmanagerConfigPagerDutyImageConfigs[];
  pagerDutyLinkConfigs?: AlertmanagerConfigPagerDutyLinkConfigs[];
  routingKey?: AlertmanagerConfigApiURL;
  sendResolved?: boolean;
  serviceKey?: AlertmanagerConfigApiURL;
  severity?: string;
  source?: string;
  timeout?: string;
  url?: string;
}

export interface AlertmanagerConfigPushoverConfigs {
  device?: string;
  expire?: string;
  html?: boolean;
  httpConfig?: AlertmanagerConfigHttpConfig;
  message?: string;
  monospace?: boolean;
  priority?: string;
  retry?: string;
  sendResolved?: boolean;
  sound?: string;
  title?: string;
  token?: AlertmanagerConfigApiURL;
  tokenFile?: string;
  ttl?: string;
  url?: string;
  urlTitle?: string;
  userKey?: AlertmanagerConfigApiURL;
  userKeyFile?: string;
}

export interface AlertmanagerConfigActions {
  msg?: string;
  text?: string;
  url?: string;
}

export interface AlertmanagerConfigFields {
  short?: boolean;
  title?: string;
  value?: string;
}

export interface AlertmanagerConfigRocketchatConfigs {
  actions?: AlertmanagerConfigActions[];
  apiURL?: string;
  channel?: string;
  color?: string;
  emoji?: string;
  fields?: AlertmanagerConfigFields[];
  httpConfig?: AlertmanagerConfigHttpConfig;
  iconURL?: string;
  imageURL?: string;
  linkNames?: boolean;
  sendResolved?: boolean;
  shortFields?: boolean;
  text?: string;
  thumbURL?: string;
  title?: string;
  titleLink?: string;
  token: AlertmanagerConfigApiURL;
  tokenID: AlertmanagerConfigApiURL;
}

export interface AlertmanagerConfigConfirm {
  dismissText?: string;
  okText?: string;
  text: string;
  title?: string;
}

export interface AlertmanagerConfigSlackConfigsActions {
  confirm?: AlertmanagerConfigConfirm;
  name?: string;
  style?: string;
  text: string;
  type: string;
  url?: string;
  value?: string;
}

export interface AlertmanagerConfigSlackConfigsFields {
  short?: boolean;
  title: string;
  value: string;
}

export interface AlertmanagerConfigSlackConfigs {
  actions?: AlertmanagerConfigSlackConfigsActions[];
  apiURL?: AlertmanagerConfigApiURL;
  callbackId?: string;
  channel?: string;
  color?: string;
  fallback?: string;
  fields?: AlertmanagerConfigSlackConfigsFields[];
  footer?: string;
  httpConfig?: AlertmanagerConfigHttpConfig;
  iconEmoji?: string;
  iconURL?: string;
  imageURL?: string;
  linkNames?: boolean;
  messageText?: string;
  mrkdwnIn?: string[];
  pretext?: string;
  sendResolved?: boolean;
  shortFields?: boolean;
  text?: string;
  thumbURL?: string;
  timeout?: string;
  title?: string;
  titleLink?: string;
  updateMessage?: boolean;
  username?: string;
}

export interface AlertmanagerConfigSigv4 {
  accessKey?: AlertmanagerConfigApiURL;
  externalId?: string;
  profile?: string;
  region?: string;
  roleArn?: string;
  secretKey?: AlertmanagerConfigApiURL;
  useFIPSSTSEndpoint?: boolean;
}

export interface AlertmanagerConfigSnsConfigs {
  apiURL?: string;
  attributes?: Record<string, string>;
  httpConfig?: AlertmanagerConfigHttpConfig;
  message?: string;
  phoneNumber?: string;
  sendResolved?: boolean;
  sigv4?: AlertmanagerConfigSigv4;
  subject?: string;
  targetARN?: string;
  topicARN?: string;
  useAWSHTTPClient?: boolean;
}

export interface AlertmanagerConfigTelegramConfigs {
  apiURL?: string;
  botToken?: AlertmanagerConfigApiURL;
  botTokenFile?: string;
  chatID: number;
  disableNotifications?: boolean;
  httpConfig?: AlertmanagerConfigHttpConfig;
  message?: string;
  messageThreadID?: number;
  parseMode?: "MarkdownV2" | "Markdown" | "HTML";
  sendResolved?: boolean;
}

export interface AlertmanagerConfigVictoropsConfigs {
  apiKey?: AlertmanagerConfigApiURL;
  apiUrl?: string;
  customFields?: AlertmanagerConfigHeaders[];
  entityDisplayName?: string;
  httpConfig?: AlertmanagerConfigHttpConfig;
  messageType?: string;
  monitoringTool?: string;
  routingKey: string;
  sendResolved?: boolean;
  stateMessage?: string;
}

export interface AlertmanagerConfigWebexConfigs {
  apiURL?: string;
  httpConfig?: AlertmanagerConfigHttpConfig;
  message?: string;
  roomID: string;
  sendResolved?: boolean;
}

export interface AlertmanagerConfigWebhookConfigs {
  httpConfig?: AlertmanagerConfigHttpConfig;
  maxAlerts?: number;
  payload?: string;
  sendResolved?: boolean;
  timeout?: string;
  url?: string;
  urlSecret?: AlertmanagerConfigApiURL;
}

export interface AlertmanagerConfigWechatConfigs {
  agentID?: string;
  apiSecret?: AlertmanagerConfigApiURL;
  apiURL?: string;
  corpID?: string;
  httpConfig?: AlertmanagerConfigHttpConfig;
  message?: string;
  messageType?: string;
  sendResolved?: boolean;
  toParty?: string;
  toTag?: string;
  toUser?: string;
}

export interface AlertmanagerConfigReceivers {
  discordConfigs?: AlertmanagerConfigDiscordConfigs[];
  emailConfigs?: AlertmanagerConfigEmailConfigs[];
  msteamsConfigs?: AlertmanagerConfigMsteamsConfigs[];
  msteamsv2Configs?: AlertmanagerConfigMsteamsv2Configs[];
  name: string;
  opsgenieConfigs?: AlertmanagerConfigOpsgenieConfigs[];
  pagerdutyConfigs?: AlertmanagerConfigPagerdutyConfigs[];
  pushoverConfigs?: AlertmanagerConfigPushoverConfigs[];
  rocketchatConfigs?: AlertmanagerConfigRocketchatConfigs[];
  slackConfigs?: AlertmanagerConfigSlackConfigs[];
  snsConfigs?: AlertmanagerConfigSnsConfigs[];
  telegramConfigs?: AlertmanagerConfigTelegramConfigs[];
  victoropsConfigs?: AlertmanagerConfigVictoropsConfigs[];
  webexConfigs?: AlertmanagerConfigWebexConfigs[];
  webhookConfigs?: AlertmanagerConfigWebhookConfigs[];
  wechatConfigs?: AlertmanagerConfigWechatConfigs[];
}

export interface AlertmanagerConfigRoute {
  activeTimeIntervals?: string[];
  continue?: boolean;
  groupBy?: string[];
  groupInterval?: string;
  groupWait?: string;
  matchers?: AlertmanagerConfigSourceMatch[];
  muteTimeIntervals?: string[];
  receiver?: string;
  repeatInterval?: string;
  routes?: Record<string, unknown>[];
}

export interface AlertmanagerConfigSpec {
  inhibitRules?: AlertmanagerConfigInhibitRules[];
  muteTimeIntervals?: AlertmanagerConfigMuteTimeIntervals[];
  receivers?: AlertmanagerConfigReceivers[];
  route?: AlertmanagerConfigRoute;
}
