# Receive HTTP tasks with Rack (Ruby 2.7 or newer). config.ru: require_relative "hook"; run Hook
#
# The raw-body trap: a middleware or Rack::Request#params may have read the input before; rewind it. What
# JSON.generate makes anew is not what was signed.
require "openssl"

module Hook
  class << self
    attr_accessor :secrets, :tolerance_ms, :clock
  end
  self.secrets = ENV.values_at("HOOK_SECRET", "HOOK_SECRET_OLD").reject { |one| one.to_s.empty? } # newest first
  self.tolerance_ms = 300_000
  self.clock = -> { (Time.now.to_r * 1000).to_i }

  def self.call(env)
    return [405, {}, []] unless env["REQUEST_METHOD"] == "POST"
    input = env["rack.input"]
    input.rewind if input.respond_to?(:rewind)
    body = input.read(1_000_001) || ""
    return [413, {}, []] if body.bytesize > 1_000_000
    header = env["HTTP_X_WEBHOOK_SIGNATURE"] # two lines come joined, and are refused
    digest = signed(body, header, secrets, clock.call, tolerance_ms)
    return [401, {}, ["refused"]] if digest.nil?
    # A retry is harmless once both keys are unique, in one transaction with the effect:
    #   CREATE TABLE seen (key TEXT PRIMARY KEY)
    #   1. insert "signed " + digest: there already? commit, answer 200: a request sent again, under any GUID
    #   2. insert "guid " + X-Http-Task-Guid, if it came: there already? the same: a retry, signed anew
    #   3. the effect
    # A first attempt may come without a GUID: a key of your own inside the signed body is surer.
    [200, {}, ["done"]]
  end

  ELEMENT = /\A([!\#$%&'*+\-.^_`|~0-9A-Za-z]+)=([!-+\--~]*)\z/

  # The digest of the signed bytes, or nil: refuse the request with 401. `header` is the value of the one
  # X-Webhook-Signature line, `now` Unix time in milliseconds.
  def self.signed(body, header, secrets, now, tolerance_ms)
    return if header.nil? || header.bytesize > 4096
    times, macs = [], []
    header.b.split(",", -1).each_with_index do |text, number|
      name, value = ELEMENT.match(number > 0 ? text.sub(/\A +/, "") : text)&.captures
      return if name.nil?
      times << value if name == "t"
      macs << value if name == "sha256"
    end
    return unless times.size == 1 && macs.size.between?(1, 5)
    return unless times[0].match?(/\A(0|[1-9][0-9]{0,14})\z/) && times[0].to_i <= 253402300799999
    return unless macs.all? { |mac| mac.match?(/\A[0-9a-f]{64}\z/) }
    message = "#{times[0]}.".b + body.b
    expected = secrets.map { |secret| OpenSSL::HMAC.hexdigest("SHA256", secret, message) }
    fits = macs.product(expected).map { |mac, good| OpenSSL.fixed_length_secure_compare(mac, good) }
    return unless fits.any?
    time_ms = times[0].to_i * (times[0].to_i >= 100_000_000_000 ? 1 : 1000)
    return if (now - time_ms).abs > tolerance_ms
    OpenSSL::Digest::SHA256.hexdigest("http-task\n".b + message)
  end
end
