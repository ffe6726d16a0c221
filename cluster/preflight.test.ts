import {expect, test} from "vitest";
import {kernelFeatures} from "./preflight.ts";

test.each([
  ["namespaces", "true", /kernel lacks network, mount and process namespaces/],
  ["bridges", "bridge", /kernel lacks bridge devices \(CONFIG_BRIDGE\)/],
  ["virtual Ethernet", "veth", /kernel lacks virtual Ethernet pairs/],
  ["NAT", "nat", /kernel lacks iptables NAT/],
])("a kernel without %s gets a message that says so", async (_, failing, message) => {
  await expect(kernelFeatures(async (script) => !script.split(" ").includes(failing))).rejects.toThrow(message);
});
