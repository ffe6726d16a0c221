import dns from "node:dns";

/** Loaded into the measured operator: every cluster name leads to the fake stores. */
const lookup = dns.lookup as any;
(dns as any).lookup = (host: string, options: any, callback: any) =>
  host.endsWith(".svc.cluster.local")
    ? options?.all
      ? callback(null, [{address: "127.77.0.1", family: 4}])
      : callback(null, "127.77.0.1", 4)
    : lookup(host, options, callback);
