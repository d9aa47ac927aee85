// stripe-stateful-mock on 127.0.0.1 alone: its own command listens on every interface.
process.env.LOG_LEVEL ||= "error";
const [, , home, port] = process.argv;
const { createExpressApp } = require(require.resolve("stripe-stateful-mock", { paths: [home] }));
const server = require("http").createServer(createExpressApp());
server.listen(Number(port), "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}`));
