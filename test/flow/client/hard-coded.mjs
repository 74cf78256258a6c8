// A client as integrators have it, with the platform's address in its code: a token, and the state of a task.
const PLATFORM = 'https://www.xfyeta.com';

async function post(path, body) {
  const response = await fetch(PLATFORM + path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json;charset=UTF-8' },
    body: JSON.stringify(body),
  });
  return response.text();
}

const [app_key, app_secret] = process.argv.slice(2);
const { result } = JSON.parse(await post('/openapi/oauth/v1/token', { app_key, app_secret }));
console.log(await post(`/openapi/outbound/v1/task/query?token=${result.token}`, {}));
