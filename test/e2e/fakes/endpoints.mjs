import {createServer as http} from "node:http";
import {createServer as tcp} from "node:net";

/**
 * A fake of what cannot be had here: an SMTP server, and HTTP endpoints in the shape of Slack, Teams, Twilio and any webhook. It keeps what it is
 * sent, and GET /received tells. The webhook is away at first: it answers 503 twice.
 */
const received = [];
let refusals = 2;

const answers = {
  "/slack": [200, "ok"],
  "/teams": [202, ""],
  "/2010-04-01/Accounts/AC1/Messages.json": [201, '{"sid":"SM1"}'],
  "/hook": [204, ""],
};

http(async (request, response) => {
  if (request.url === "/received") return response.end(JSON.stringify(received));
  let body = "";
  for await (const part of request) body += part;
  const answer = answers[request.url];
  if (!answer) return response.writeHead(404).end();
  const refused = request.url === "/hook" && refusals-- > 0;
  received.push({at: Date.now(), to: request.url, refused, headers: request.headers, body});
  const [status, text] = refused ? [503, ""] : answer;
  response.writeHead(status).end(text);
}).listen(8080);

/** As much of SMTP as a sender without TLS and login needs. */
tcp((socket) => {
  let [text, mail] = ["", undefined];
  const say = (line) => socket.write(`${line}\r\n`);
  say("220 fake ESMTP");
  socket.on("error", () => {});
  socket.setEncoding("utf8").on("data", (part) => {
    text += part;
    for (let end = text.indexOf("\r\n"); end >= 0; end = text.indexOf("\r\n")) {
      const line = text.slice(0, end);
      text = text.slice(end + 2);
      if (mail !== undefined) {
        if (line !== ".") mail += `${line}\n`;
        else {
          received.push({at: Date.now(), to: "smtp", refused: false, headers: {}, body: mail});
          mail = undefined;
          say("250 kept");
        }
      } else if (/^DATA/i.test(line)) {
        mail = "";
        say("354 go on");
      } else if (/^QUIT/i.test(line)) socket.end("221 bye\r\n");
      else say("250 fake");
    }
  });
}).listen(2525);
